"""What a person may do, one file a role; the doors; the sitemap."""

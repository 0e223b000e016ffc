"""The storyline of the demonstration, scene by scene. Every name and figure is invented."""

"""What is done to documents, by name."""

from tests.papers import Papers


async def with_papers(papers: Papers, verb: str, drafts: list[str], updates: list[str]) -> None:
    """Does it to the last of the documents, or of the updates; new ones are added to them."""
    match verb:
        case "hand in":
            drafts.append(await papers.hand_in("Kế hoạch <1>.pdf"))
        case "hand in for the press":
            drafts.append(await papers.hand_in(public=False))
        case "hand in a picture":
            said = {"": "Một con đường & <b>nước</b>", "en": "A flooded road"}
            drafts.append(await papers.hand_in("a.jpg", b"JPEG", descriptions=said))
        case "hand in again":
            await papers.hand_in_again(drafts[-1], "plan 2.pdf", b"newer")
        case "pass":
            await papers.passes(drafts[-1], pages=3, preview=True)
        case "pass as a picture":
            size = {"width": 800, "height": 600, "sizes": {"480": 360}}
            await papers.passes(drafts[-1], b"JPEG", **{"type": "jpeg", **size})
        case "refuse":
            await papers.is_refused(drafts[-1])
        case "drop":
            await papers.drop(drafts[-1])
        case "drop again":
            await papers.drop(drafts[-1], "Trang 2: *bến* Nứa & <cầu>.")
        case "withdraw":
            await papers.withdraw(drafts[-1], "Nhầm & <sai>.")
        case "discard":
            await papers.discard(drafts[-1])
        case "put first":
            await papers.put_first(drafts[-1])
        case "publish":
            updates.append(await papers.publish("Xem tệp.", drafts[-1]))
        case "retract":
            await papers.retract(updates[-1], "Rút lại.")
        case "retract the first":
            await papers.retract(updates[0], "Rút lại.")

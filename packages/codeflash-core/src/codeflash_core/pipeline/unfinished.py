"""What killed runs left: deliveries that can still be finished, and their drafts in a tree."""

from __future__ import annotations

from pathlib import Path

from codeflash_core.deliveries.apply import INTENT, ApplyDelivery, clear_drafts, read_intent
from codeflash_core.errors import UsageError
from codeflash_core.model.run import RunReport
from codeflash_core.model.target import Project
from codeflash_core.ports.deliveries import Delivered
from codeflash_core.records.blobs import BlobStore
from codeflash_core.records.encoding import make_converter
from codeflash_core.records.journal import Journal, in_use
from codeflash_core.records.reading import read_report
from codeflash_core.records.runs import JOURNAL, Runs, RunState
from codeflash_core.reports.document import run_document


def finish_delivery(folder: Path) -> tuple[RunReport, Delivered]:
    """Finish a delivery that was killed, from the run's record alone.

    Raises:
        UsageError: The run has no record of what it found.
        DeliveryError: A file is no longer the one that was measured; nothing was changed.
    """
    intent, found = read_intent(folder / INTENT), ApplyDelivery.unfinished(folder / INTENT)
    with Journal(folder / JOURNAL) as journal:
        report = read_report(folder, "report")
        if intent is None or found is None or report is None:
            raise UsageError(f"run {folder.name} has no record of its delivery", "Start a new run.")
        delivery, side = found
        delivered = delivery.deliver(Project(intent.root, "", Path()), report.results, side)
        value = make_converter(BlobStore(folder / "blobs")).unstructure(report)
        journal.append("end", {"how": RunState.DONE, "report": run_document(report), "value": value})
        (folder / INTENT).unlink(missing_ok=True)
    return report, delivered


def clear_after_kills(runs: Runs) -> None:
    """Remove what deliveries that were killed left in a tree; they can still be finished."""
    for record in runs.folder.glob(f"*/{INTENT}"):
        if not in_use(record.parent / JOURNAL):
            clear_drafts(record)

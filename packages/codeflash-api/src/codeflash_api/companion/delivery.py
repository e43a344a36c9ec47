"""Stores orders and has them delivered."""

from __future__ import annotations

from codeflash_api.companion import repository
from codeflash_api.companion.github import GitHubApp
from codeflash_api.companion.orders import Order, Receipt
from codeflash_api.errors import ApiError
from codeflash_api.resources import Resources
from codeflash_api.usage.call import Principal


async def carry_out(resources: Resources, principal: Principal, order: Order) -> Receipt:
    """Store an order, hand it to the GitHub app, and note what became of it.

    No transaction is open while the app is waited for.

    Args:
        resources: The application's resources.
        principal: Who orders.
        order: The order.

    Raises:
        ApiError: It is stored and was not delivered: 503 without an app, otherwise as the app says.
    """
    order_id = await repository.store(resources.database, principal, order)
    app = GitHubApp(resources.settings)
    try:
        receipt = await app.deliver(order)
    except ApiError:
        if app.configured:
            await repository.settle(resources.database, order_id, False, None)
        raise
    await repository.settle(resources.database, order_id, True, receipt.pr_number)
    return receipt

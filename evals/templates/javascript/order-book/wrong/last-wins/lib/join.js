/** Each order with the name of its customer; the first customer with an id counts. */
export function joined(orders, customers) {
  const byId = new Map(customers.map((each) => [each.id, each]));
  return orders.map((order) => {
    const customer = byId.get(order.customer);
    return { ...order, name: customer === undefined ? "unknown" : customer.name };
  });
}

/** Cents by name, in order of first appearance. */
export function totals(rows) {
  const sums = new Map();
  for (const row of rows) {
    sums.set(row.name, (sums.get(row.name) ?? 0) + row.cents);
  }
  return sums;
}

export function arrange(orders) {
  const labels = [];
  for (const order of orders) {
    const label = order.label.toLowerCase();
    if (!labels.includes(label)) labels.push(label);
  }
  return labels.sort();
}

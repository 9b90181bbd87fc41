/** Something we sell. */
export type Item = {
  sku: string;
  display_name: string;
  warehouse_code: string;
  in_stock: boolean;
  units_on_hand: number;
  reorder_level: number;
  unit_price: number;
  updated_at: string;
};

/** Some units of one item. */
export type DeductionLine = { sku: string; quantity: number };

/** The items that the service starts with. */
export const SEED_ITEMS: readonly Item[] = [
  seed('KEYB-01', 'Mechanical keyboard', 'HAM-2', 400, 20, 89.9),
  seed('KEYB-02', 'Travel keyboard', 'HAM-2', 250, 20, 49.5),
  seed('MOUS-01', 'Wireless mouse', 'HAM-2', 600, 40, 29.95),
  seed('MOUS-02', 'Trackball', 'LIS-1', 120, 10, 64),
  seed('DISP-01', 'Display 27"', 'LIS-1', 80, 8, 329),
  seed('DISP-02', 'Display 34"', 'LIS-1', 45, 5, 649.5),
  seed('DOCK-01', 'Docking station', 'HAM-2', 150, 15, 189),
  seed('CABL-01', 'USB-C cable 2 m', 'GDN-1', 2000, 200, 12.9),
  seed('HEAD-01', 'Headset', 'GDN-1', 300, 25, 99),
  seed('CAMR-01', 'Webcam', 'GDN-1', 6, 5, 79.9),
  seed('DESK-01', 'Standing desk', 'LIS-1', 40, 4, 2490),
  seed('LAMP-01', 'Desk lamp', 'GDN-1', 0, 10, 39.9),
];

/** The item after its stock has changed. */
export function withStock(item: Item, units: number): Item {
  return { ...item, units_on_hand: units, in_stock: units > 0, updated_at: new Date().toISOString() };
}

function seed(
  sku: string,
  name: string,
  warehouse: string,
  units: number,
  reorder: number,
  price: number,
): Item {
  return {
    sku,
    display_name: name,
    warehouse_code: warehouse,
    in_stock: units > 0,
    units_on_hand: units,
    reorder_level: reorder,
    unit_price: price,
    updated_at: '2026-01-05T06:00:00.000Z',
  };
}

import { expect } from '@jest/globals';
import { detail, ids, some, type RestCase } from './rest-case.ts';

const line = { sku: 'KEYB-01', quantity: 2 };

export const INVENTORY_CASES: RestCase[] = [
  {
    sentence: 'lists every item',
    operation: 'list_items',
    status: 200,
    expected: expect.arrayContaining(ids('sku', ['KEYB-01', 'LAMP-01'])),
  },
  {
    sentence: 'finds several, in an order of its own, without the unknown ones',
    operation: 'list_items',
    query: { skus: 'MOUS-01,NONE,KEYB-01' },
    status: 200,
    expected: ids('sku', ['KEYB-01', 'MOUS-01']),
  },
  {
    sentence: 'reads one',
    operation: 'get_item',
    path: { sku: 'LAMP-01' },
    status: 200,
    expected: some({ in_stock: false, units_on_hand: 0 }),
  },
  { sentence: 'does not find an unknown one', operation: 'get_item', path: { sku: 'NONE' }, status: 404 },
  {
    sentence: 'sets the stock',
    operation: 'update_item_stock',
    path: { sku: 'LAMP-01' },
    body: { units_on_hand: 3 },
    status: 200,
    expected: some({ in_stock: true, units_on_hand: 3 }),
  },
  {
    sentence: 'refuses half a unit',
    operation: 'update_item_stock',
    path: { sku: 'LAMP-01' },
    body: { units_on_hand: 0.5 },
    status: 400,
  },
  {
    sentence: 'sets no stock of an unknown item',
    operation: 'update_item_stock',
    path: { sku: 'NONE' },
    body: { units_on_hand: 3 },
    status: 404,
  },
  {
    sentence: 'takes stock',
    operation: 'create_deduction',
    body: { order_id: 'ord_1', lines: [{ sku: 'LAMP-01', quantity: 2 }] },
    status: 201,
    expected: some({ order_id: 'ord_1', lines: [{ sku: 'LAMP-01', quantity: 2 }] }),
  },
  {
    sentence: 'refuses when two lines together want too much',
    operation: 'create_deduction',
    body: { order_id: 'ord_1', lines: [line, { sku: 'KEYB-01', quantity: 399 }] },
    status: 409,
    expected: detail('Only 400 of KEYB-01 are left'),
  },
  {
    sentence: 'takes nothing when one of the lines is short',
    operation: 'create_deduction',
    body: { order_id: 'ord_1', lines: [line, { sku: 'LAMP-01', quantity: 2 }] },
    status: 409,
  },
  {
    sentence: 'has taken nothing indeed',
    operation: 'get_item',
    path: { sku: 'KEYB-01' },
    status: 200,
    expected: some({ units_on_hand: 400 }),
  },
  {
    sentence: 'refuses an unknown item',
    operation: 'create_deduction',
    body: { order_id: 'ord_1', lines: [{ sku: 'NONE', quantity: 1 }] },
    status: 422,
  },
  {
    sentence: 'refuses a deduction without lines',
    operation: 'create_deduction',
    body: { order_id: 'ord_1', lines: [] },
    status: 400,
    expected: detail('lines must be a list of 1 to 100'),
  },
];

export const CUSTOMER_TIERS = ['standard', 'silver', 'gold'] as const;

/** Somebody who buys from us. */
export type Customer = {
  id: string;
  name: string;
  email: string;
  tier: (typeof CUSTOMER_TIERS)[number];
  createdAt: string;
};

/** The customers that the service starts with. */
export const SEED_CUSTOMERS: readonly Customer[] = [
  {
    id: 'cus_1',
    name: 'Miriam Okafor',
    email: 'miriam@example.com',
    tier: 'gold',
    createdAt: '2023-02-14T08:15:00.000Z',
  },
  {
    id: 'cus_2',
    name: 'Jonas Lindqvist',
    email: 'jonas@example.com',
    tier: 'standard',
    createdAt: '2023-09-01T10:00:00.000Z',
  },
  {
    id: 'cus_3',
    name: 'Aiko Tanaka',
    email: 'aiko@example.com',
    tier: 'silver',
    createdAt: '2024-01-20T16:40:00.000Z',
  },
  {
    id: 'cus_4',
    name: 'Pedro Almeida',
    email: 'pedro@example.com',
    tier: 'standard',
    createdAt: '2024-06-05T12:30:00.000Z',
  },
  {
    id: 'cus_5',
    name: 'Zofia Nowak',
    email: 'zofia@example.com',
    tier: 'silver',
    createdAt: '2025-03-11T09:05:00.000Z',
  },
];

import { readFields } from '../shared/fields.ts';
import { createHttpService } from '../shared/http-service.ts';
import { readOpenApiDocument } from '../shared/openapi-document.ts';
import { problem } from '../shared/problem.ts';
import { queryList, queryPage } from '../shared/query.ts';
import { CUSTOMER_TIERS, SEED_CUSTOMERS, type Customer } from './customer.ts';

/** The length comes first (RFC 5321 allows no more): the rest takes time quadratic in it. */
const EMAIL = /^(?=.{3,254}$)[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** The customers service: knows who our customers are, and sends no events. */
export function createCustomersService() {
  const customers = new Map(SEED_CUSTOMERS.map((customer) => [customer.id, { ...customer }]));

  return createHttpService({
    document: readOpenApiDocument(new URL('openapi.yaml', import.meta.url)),
    routes(app) {
      app.get('/customers', (request, response) => {
        const ids = queryList(request.query, 'ids');
        const found = [...customers.values()]
          .filter(({ id }) => !ids || ids.has(id))
          .sort((one, other) => one.name.localeCompare(other.name));
        response.json(queryPage(request.query, found));
      });

      app.get('/customers/:customerId', (request, response) => {
        const { customerId } = request.params;
        const customer = customers.get(customerId);
        if (!customer) throw problem({ status: 404, detail: `There is no customer ${customerId}` });
        response.json(customer);
      });

      app.post('/customers', (request, response) => {
        const customer = readNewCustomer(request.body, `cus_${customers.size + 1}`);
        if ([...customers.values()].some(({ email }) => email === customer.email)) {
          throw problem({ status: 409, detail: `${customer.email} belongs to another customer` });
        }
        customers.set(customer.id, customer);
        response.status(201).json(customer);
      });
    },
  });
}

function readNewCustomer(body: unknown, id: string): Customer {
  const fields = readFields(body);
  return {
    id,
    name: fields.text('name'),
    email: fields.textLike('email', EMAIL, 'an e-mail address'),
    tier: fields.has('tier') ? fields.oneOf('tier', CUSTOMER_TIERS) : 'standard',
    createdAt: new Date().toISOString(),
  };
}

import { rootFieldName } from '../../../mesh/naming/root-field-name.ts';

/** Method, path, operationId (empty for none), the name; `[]` before the path when the answer is a list. */
const cases: readonly (readonly [string, string, string, string])[] = [
  // What is read is called by its noun.
  ['GET', '/orders/{id}', 'getOrder', 'order'],
  ['GET', '[]/orders', 'listOrders', 'orders'],
  ['GET', '[]/orders', 'getOrders', 'orders'],
  ['GET', '[]/orders', 'fetchAllOrders', 'orders'],
  ['GET', '[]/orders', 'getAllOrder', 'orders'],
  ['GET', '[]/orders', 'getOrderList', 'orders'],
  ['GET', '/orders/{id}', 'retrieve-order', 'order'],
  ['GET', '/orders/{id}', 'FindOrder', 'order'],
  ['GET', '/museum-hours', 'getMuseumHours', 'museumHours'],
  ['GET', '/status', 'getStatus', 'status'],
  ['GET', '/files/{id}/content', 'downloadFile', 'downloadFile'],
  ['GET', '[]/users/search', 'searchUsers', 'searchUsers'],
  ['GET', '[]/payments', 'searchPayments', 'payments'],
  // The document's own number is kept where the answer is an envelope; `list` makes it many.
  ['GET', '/orders', 'listOrders', 'orders'],
  ['GET', '/orders', 'getOrders', 'orders'],
  ['GET', '/productOrder', 'listProductOrder', 'productOrders'],
  ['GET', '/productOrder/{id}', 'retrieveProductOrder', 'productOrder'],
  ['GET', '/jobs', 'listPaginatedJobs', 'jobs'],
  ['GET', '/batches/{id}/files', 'listFilesInBatch', 'filesInBatch'],
  ['GET', '[]/people', 'listPerson', 'people'],
  ['GET', '[]/caches', 'listCaches', 'caches'],
  ['GET', '/caches/{id}', 'getCaches', 'cache'],
  ['GET', '/settings/{id}', 'getSettings', 'settings'],
  // The key of one thing is no part of its name; what filters a list is.
  ['GET', '/orders/{id}', 'get_orders_by_id', 'order'],
  ['GET', '/orders/{id}', 'getOrderById', 'order'],
  ['GET', '/orders/{id}', 'getOrdersId', 'order'],
  ['GET', '/cards/{card_token}', 'getCardByToken', 'card'],
  ['GET', '/user/{username}', 'getUserByName', 'user'],
  ['GET', '/orders/by-number/{number}', 'getOrderByNumber', 'orderByNumber'],
  ['GET', '[]/pet/findByStatus', 'findPetsByStatus', 'petsByStatus'],
  ['GET', '[]/customers/{customerId}/orders', 'getOrdersByCustomerId', 'ordersByCustomerId'],
  ['GET', '/v2/disputes/{token}', 'getDisputeByTokenV2', 'disputeV2'],
  ['DELETE', '/cards/{card_token}', 'deleteCardByToken', 'deleteCard'],
  // Controllers, tags and resources.
  ['GET', '[]/orders', 'OrdersController_findAll', 'orders'],
  ['GET', '/orders/{id}', 'OrdersController_findOne', 'order'],
  ['POST', '/orders', 'OrdersController_create', 'createOrder'],
  ['DELETE', '/orders/{id}', 'OrdersController_remove', 'removeOrder'],
  ['GET', '/hello', 'AppController_getHello', 'hello'],
  ['GET', '[]/orders', 'orders#index', 'orders'],
  ['GET', '/orders/{id}', 'orders#show', 'order'],
  ['DELETE', '/orders/{id}', 'orders#destroy', 'destroyOrder'],
  ['GET', '[]/orders', 'Orders_List', 'orders'],
  ['GET', '/orders/{id}', 'Orders_GetById', 'order'],
  ['GET', '/orders/{id}', 'Orders_GetOrder', 'order'],
  ['GET', '/contacts/{id}/topics', 'contacts/list-topics', 'contactTopics'],
  ['GET', '/emails/receiving', 'emails/list-receiving', 'emailsReceiving'],
  ['POST', '/emails', 'emails/send', 'sendEmail'],
  ['POST', '/emails/batch', 'emails/send-batch', 'sendEmailBatch'],
  ['DELETE', '/orders', 'OrdersController_deleteAll', 'deleteAllOrders'],
  ['GET', '/admin_api_keys', 'admin-api-keys-list', 'adminApiKeys'],
  ['DELETE', '/hub/{id}', 'hubDelete', 'deleteHub'],
  ['GET', '/responses/{id}', 'beta_getResponse', 'betaResponse'],
  // What generators add.
  ['GET', '[]/items', 'list_items_items_get', 'items'],
  ['GET', '/items/{item_id}', 'read_item_items__item_id__get', 'item'],
  ['POST', '/items', 'create_item_items_post', 'createItem'],
  ['GET', '[]/orders', 'getOrdersUsingGET', 'orders'],
  ['GET', '[]/orders', 'findAll_1', 'orders'],
  ['GET', '/spend_limit', 'Getspendlimit', 'spendLimit'],
  ['DELETE', '/organization/projects/{id}/spend_limit', 'Deleteprojectspendlimit', 'deleteProjectSpendLimit'],
  // Without an id, or with one that only spells method and path.
  ['GET', '[]/orders', '', 'orders'],
  ['GET', '/api/v1/orders/{id}', '', 'order'],
  ['GET', '[]/orders/{id}/items', '', 'orderItems'],
  ['GET', '/v1/customers/{customer}', 'GetCustomersCustomer', 'customer'],
  ['GET', '/paymentLinks/{linkId}', 'get-paymentLinks-linkId', 'paymentLink'],
  ['POST', '/orders', '', 'createOrder'],
  ['POST', '/orders/{id}', '', 'updateOrder'],
  ['PUT', '/orders/{id}', '', 'replaceOrder'],
  ['PATCH', '/orders/{id}', '', 'updateOrder'],
  ['DELETE', '/orders/{id}', '', 'deleteOrder'],
  ['POST', '/orders/{id}/cancel', '', 'cancelOrder'],
  ['POST', '/orders/{id}/items', '', 'createOrderItem'],
  ['POST', '/orders/{id}:cancel', '', 'cancelOrder'],
  ['POST', '/login', '', 'login'],
  ['POST', '/book_transfers', 'postBookTransfers', 'createBookTransfer'],
  ['PATCH', '/cards/{card_token}', 'patchCardByToken', 'updateCard'],
  ['GET', '/orders.json', '', 'orders'],
  ['GET', '/reports/v2/{id}?beta=true', '', 'report'],
  // What changes something keeps its own words, and a POST that reads is one of them.
  ['POST', '/tickets', 'buyMuseumTickets', 'buyMuseumTickets'],
  ['POST', '/orders/search', 'search_orders', 'searchOrders'],
  ['PUT', '/board/{row}/{column}', 'put-square', 'putSquare'],
  ['PATCH', '/accounts/{id}/config', 'patchConfiguration', 'patchConfiguration'],
  ['GET', '/', '', ''],
];

test.each(cases)('%s %s with the operationId "%s" is %s', (method, path, operationId, expected) => {
  const isList = path.startsWith('[]');
  expect(
    rootFieldName({
      operationId: operationId === '' ? undefined : operationId,
      method,
      path: isList ? path.slice(2) : path,
      isList,
    }),
  ).toBe(expected);
});

test('a text of the same words over and over ends', () => {
  const path = `/a/aa/aaa/aaaa`;
  expect(
    rootFieldName({ operationId: `get${'a'.repeat(500)}b`, method: 'GET', path, isList: false }),
  ).toMatch(/^get/);
});

import { styleOf } from '../../../mesh/naming/naming-style.ts';

const { field, type, enumValue } = styleOf('graphql');

/** A property or parameter, and its field or argument. */
const fields: readonly (readonly [string, string])[] = [
  ['order_id', 'orderId'],
  ['orderId', 'orderId'],
  ['OrderID', 'orderId'],
  ['customerID', 'customerId'],
  ['customerIDs', 'customerIds'],
  ['userURLs', 'userUrls'],
  ['SKU', 'sku'],
  ['URL', 'url'],
  ['IPAddress', 'ipAddress'],
  ['clientIPAddress', 'clientIpAddress'],
  ['IPv4Address', 'ipv4Address'],
  ['OAuth2Token', 'oauth2Token'],
  ['isOAuth', 'isOauth'],
  ['iOSVersion', 'iosVersion'],
  ['xAxis', 'xAxis'],
  ['aB', 'aB'],
  ['line1', 'line1'],
  ['address_line_1', 'addressLine1'],
  ['version_1_10', 'version1_10'],
  ['x509Certificate', 'x509Certificate'],
  ['3d_model', '_3dModel'],
  ['kebab-case', 'kebabCase'],
  ['dotted.name', 'dottedName'],
  ['two words', 'twoWords'],
  ['SCREAMING_CASE', 'screamingCase'],
  ['@type', 'type'],
  ['$ref_like', 'refLike'],
  ['_id', 'id'],
  ['__v', 'v'],
  ['+1', 'plus1'],
  ['-1', 'minus1'],
  ['prénom', 'prenom'],
  ['Straße', 'strasse'],
  ['日本', 'u65e5U672c'],
  ['filter[name]', 'filterName'],
  ['filter[created_at][gte]', 'filterCreatedAtGte'],
  ['created.gte', 'createdGte'],
  ['created[gte]', 'createdGte'],
  ['ids[]', 'ids'],
  ['$top', 'top'],
  ['X-Request-Id', 'xRequestId'],
  ['X-Request_Id', 'xRequestId'],
  ['Idempotency-Key', 'idempotencyKey'],
  ['If-None-Match', 'ifNoneMatch'],
  ['api-version', 'apiVersion'],
  ['page[size]', 'pageSize'],
];

/** A schema, and its type. */
const types: readonly (readonly [string, string])[] = [
  ['Order', 'Order'],
  ['OAuth2Token', 'OAuth2Token'],
  ['IPAddress', 'IPAddress'],
  ['order_line', 'OrderLine'],
  ['order-page', 'OrderPage'],
  ['order.line', 'OrderLine'],
  ['orderLine', 'OrderLine'],
  ['2nd', '_2nd'],
  ['Order_v2', 'OrderV2'],
];

/** A value of an enum, and its name. */
const values: readonly (readonly [string, string])[] = [
  ['in-progress', 'IN_PROGRESS'],
  ['inProgress', 'IN_PROGRESS'],
  ['IN_PROGRESS', 'IN_PROGRESS'],
  ['a b', 'A_B'],
  ['gpt-4.1-mini', 'GPT_4_1_MINI'],
  ['1st', '_1ST'],
  ['2024-01-01', '_2024_01_01'],
  ['+1', 'PLUS_1'],
  ['-1', 'MINUS_1'],
  ['1', '_1'],
  ['', 'EMPTY'],
  ['created_at', 'CREATED_AT'],
  ['-created_at', 'MINUS_CREATED_AT'],
  ['created_at:desc', 'CREATED_AT_DESC'],
  ['image/png', 'IMAGE_PNG'],
  ['*', 'ASTERISK'],
  ['<', 'LESS'],
  ['>=', 'GREATER_EQUAL'],
  ['!=', 'NOT_EQUAL'],
  ['C++', 'C_PLUS_PLUS'],
  ['100%', '_100_PERCENT'],
  ['true', 'TRUE'],
  ['null', 'NULL'],
  ['café', 'CAFE'],
  ['日本', 'U65E5_U672C'],
  ['__typename', 'TYPENAME'],
];

test.each(fields)('a property %s is the field %s', (name, expected) => {
  expect(field(name)).toBe(expected);
});

test.each(types)('a schema %s is the type %s', (name, expected) => {
  expect(type(name)).toBe(expected);
});

test.each(values)('a value "%s" is %s', (value, expected) => {
  expect(enumValue(value)).toBe(expected);
});

test('a name that has been given is given again: fields, types and values are not renamed twice', () => {
  for (const [, name] of fields) if (!name.startsWith('_')) expect(field(name)).toBe(name);
  for (const [, name] of types) if (!name.startsWith('_')) expect(type(name)).toBe(name);
  for (const [, name] of values) if (!name.startsWith('_')) expect(enumValue(name)).toBe(name);
});

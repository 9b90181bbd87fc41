import {
  dereference,
  forEachOperation,
  isObject,
  type JsonObject,
  type OpenApiDocument,
} from '../document/openapi-document.ts';
import { ofOneConnection } from '../config/header-settings.ts';

/** How a service knows who calls (OpenAPI 3.1.1, section 4.27). What else a document may hold is `other`. */
export type SecurityScheme =
  | { kind: 'apiKey'; in: 'header' | 'query' | 'cookie'; name: string }
  | { kind: 'basic' }
  | { kind: 'bearer' }
  /** `tokenUrl` is that of the client credentials flow. */
  | { kind: 'oauth2'; tokenUrl: string | undefined }
  | { kind: 'openIdConnect' }
  | { kind: 'other'; type: string };

/** Names of the schemes that are wanted together. None: nobody has to say who calls. */
export type SecurityAlternative = readonly string[];

/** What a document says of security. */
export interface DocumentSecurity {
  schemes: ReadonlyMap<string, SecurityScheme>;
  /** By operationId: each wants one of its alternatives; none when nothing is said. */
  alternatives: ReadonlyMap<string, readonly SecurityAlternative[]>;
}

/** Reads security schemes and which operations want them; `security` of an operation replaces that of the document. */
export function securityOf(document: OpenApiDocument): DocumentSecurity {
  const schemes = new Map<string, SecurityScheme>();
  const written = document.components?.['securitySchemes'];
  for (const [name, value] of Object.entries(isObject(written) ? written : {})) {
    const found = dereference(document, value);
    if (found) schemes.set(name, readScheme(found));
  }
  const alternatives = new Map<string, readonly SecurityAlternative[]>();
  const ofAll = (document as unknown as JsonObject)['security'];
  forEachOperation(document, (operation) => {
    const wanted = operation['security'] ?? ofAll;
    if (!Array.isArray(wanted)) return;
    alternatives.set(operation.operationId ?? '', wanted.filter(isObject).map(Object.keys));
  });
  return { schemes, alternatives };
}

function readScheme(scheme: JsonObject): SecurityScheme {
  const type = String(scheme['type']);
  const place = scheme['in'];
  const name = String(scheme['name']);
  if (type === 'apiKey' && ofOneConnection.has(name.toLowerCase())) return { kind: 'other', type };
  if (type === 'apiKey' && (place === 'header' || place === 'query' || place === 'cookie')) {
    return { kind: 'apiKey', in: place, name };
  }
  // Names of HTTP schemes have no case (RFC 9110, section 11.1).
  const http = type === 'http' ? String(scheme['scheme']).toLowerCase() : '';
  if (http === 'basic' || http === 'bearer') return { kind: http };
  if (type === 'oauth2') return { kind: 'oauth2', tokenUrl: tokenUrlOf(scheme['flows']) };
  if (type === 'openIdConnect') return { kind: 'openIdConnect' };
  return { kind: 'other', type: http === '' ? type : `http ${http}` };
}

function tokenUrlOf(flows: unknown): string | undefined {
  const flow = isObject(flows) ? flows['clientCredentials'] : undefined;
  const url = isObject(flow) ? flow['tokenUrl'] : undefined;
  return typeof url === 'string' && url !== '' ? url : undefined;
}

import {
  Kind,
  parse,
  valueFromASTUntyped,
  visit,
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
} from 'graphql';

/**
 * A REST call as Mesh describes it on a root field; `{args.x}` stands for the argument that Mesh calls x. How
 * parameters are written is not in it: see parameters.ts.
 */
export interface HttpOperation {
  path: string;
  method: string;
  /** Of the body; undefined when there is none. */
  contentType: string | undefined;
}

interface Annotated {
  readonly name: { readonly value: string };
  readonly directives?: readonly (ConstDirectiveNode | DirectiveNode)[] | undefined;
}

/** What composition does not know: our own, and `@oneOf`, which mesh/wire-input.ts keeps to instead. */
const annotationNames: ReadonlySet<string> = new Set(['wire', 'values', 'httpOperation', 'oneOf']);

const federationLink = parse(
  `extend schema @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: ["@key", "@shareable", "@external", "@provides"]
  )`,
  { noLocation: true },
);

/** Type definitions for composition: the annotations out, the federation specification in. */
export function withoutAnnotations(document: DocumentNode): DocumentNode {
  const stripped = visit(document, {
    Directive: (node) => (annotationNames.has(node.name.value) ? null : undefined),
  });
  return { kind: Kind.DOCUMENT, definitions: [...federationLink.definitions, ...stripped.definitions] };
}

/** The name that a field, argument or enum value has on the wire: `@wire(name:)`, or its own. */
export function wireName(node: Annotated): string {
  const wire = argumentsOf(node, 'wire')?.['name'];
  return typeof wire === 'string' ? wire : node.name.value;
}

/** `@wire(name: …)` as a node. */
export function wireDirective(name: string): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'wire' },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'name' },
        value: { kind: Kind.STRING, value: name },
      },
    ],
  };
}

/** `@values(are: …)`: what a field has in every object of its type, as text on the wire. */
export function valuesDirective(values: readonly string[]): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: 'values' },
    arguments: [
      {
        kind: Kind.ARGUMENT,
        name: { kind: Kind.NAME, value: 'are' },
        value: { kind: Kind.LIST, values: values.map((value) => ({ kind: Kind.STRING, value })) },
      },
    ],
  };
}

/** The values of `@values`; undefined when a field may have any. */
export function constantValues(node: Annotated): readonly string[] | undefined {
  const values = argumentsOf(node, 'values')?.['are'];
  return Array.isArray(values) ? values.map(String) : undefined;
}

/** Reads Mesh's `@httpOperation`; undefined when the field has none. */
export function httpOperation(node: Annotated): HttpOperation | undefined {
  const found = argumentsOf(node, 'httpOperation');
  if (!found) return undefined;
  const headers = (found['operationSpecificHeaders'] ?? []) as [string, string][];
  return {
    path: String(found['path']),
    method: String(found['httpMethod']),
    contentType: headers.findLast(([name]) => name === 'Content-Type')?.[1],
  };
}

/** The values of the first directive of that name; undefined when there is none. */
export function argumentsOf(node: Annotated, directive: string): Record<string, unknown> | undefined {
  const found = node.directives?.find((candidate) => candidate.name.value === directive);
  if (!found) return undefined;
  return Object.fromEntries(
    (found.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  );
}

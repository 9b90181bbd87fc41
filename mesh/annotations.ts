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
 * parameters and bodies are written is not in it: see parameters.ts and bodies.ts.
 */
export interface HttpOperation {
  path: string;
  method: string;
}

interface Annotated {
  readonly name: { readonly value: string };
  readonly directives?: readonly (ConstDirectiveNode | DirectiveNode)[] | undefined;
}

/** What composition does not know: our own, and `@oneOf`, which mesh/rest/wire-input.ts keeps to instead. */
const annotationNames: ReadonlySet<string> = new Set([
  'wire',
  'values',
  'httpOperation',
  'oneOf',
  'otherProperties',
  'constants',
]);

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

/** The real name in a document of Mesh: of a property in `@resolveRootField`, of an enum value as JSON in `@enum`. */
export function nameOnTheWire(node: Annotated & { readonly kind: Kind }): string {
  if (node.kind === Kind.ENUM_VALUE_DEFINITION) {
    const json = argumentsOf(node, 'enum')?.['value'];
    return typeof json === 'string' ? String(JSON.parse(json)) : node.name.value;
  }
  const field = argumentsOf(node, 'resolveRootField')?.['field'];
  return typeof field === 'string' ? field : node.name.value;
}

/** `@wire(name: …)` as a node. */
export function wireDirective(name: string): ConstDirectiveNode {
  return annotation('wire', { name });
}

/** A directive with texts as its arguments. */
export function annotation(name: string, texts: Readonly<Record<string, string>> = {}): ConstDirectiveNode {
  return {
    kind: Kind.DIRECTIVE,
    name: { kind: Kind.NAME, value: name },
    arguments: Object.entries(texts).map(([argument, value]) => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: argument },
      value: { kind: Kind.STRING, value },
    })),
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

/** Whether a field stands for the properties that its type does not name: `@otherProperties`. */
export function isOtherProperties(node: Annotated): boolean {
  return argumentsOf(node, 'otherProperties') !== undefined;
}

/** What an alternative always has, by names of the wire: `@constants`. */
export function constantsOf(node: Annotated): Readonly<Record<string, unknown>> {
  const json = argumentsOf(node, 'constants')?.['json'];
  return typeof json === 'string' ? (JSON.parse(json) as Record<string, unknown>) : {};
}

/** Reads Mesh's `@httpOperation`; undefined when the field has none. */
export function httpOperation(node: Annotated): HttpOperation | undefined {
  const found = argumentsOf(node, 'httpOperation');
  if (!found) return undefined;
  return { path: String(found['path']), method: String(found['httpMethod']) };
}

/** The values of the first directive of that name; undefined when there is none. */
export function argumentsOf(node: Annotated, directive: string): Record<string, unknown> | undefined {
  const found = node.directives?.find((candidate) => candidate.name.value === directive);
  if (!found) return undefined;
  return Object.fromEntries(
    (found.arguments ?? []).map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
  );
}

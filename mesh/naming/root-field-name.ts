import { camel, isPlural, plural, singular, wordsOf } from './name-words.ts';
import { changingVerbs, readingVerbs } from './operation-verbs.ts';
import { readPath, type PathWords } from './path-words.ts';

/** What an operation is named by. */
export interface NameableOperation {
  /** As the document has it; undefined when it has none. */
  operationId: string | undefined;
  /** Upper-case. */
  method: string;
  /** With parameters in braces. */
  path: string;
  /** Whether the answer is a list. */
  isList: boolean;
}

/**
 * The plain name of a root field. What a GET reads is called by its noun, one (`order`) or many (`orders`); what
 * changes something keeps its verb (`createOrder`). The words are those of the operationId, or of the path where there
 * is none or it only spells method and path; verbs of reading, controllers, and the key by which one thing is found
 * are no part of them. The rule looks at one operation alone, so that another one does not change its name.
 * @returns camelCase; empty when there is no word to make it of
 */
export function rootFieldName(operation: NameableOperation): string {
  const path = readPath(operation.path);
  const id = operation.operationId === undefined ? undefined : readId(operation.operationId, operation);
  const spelled = id && spellsPath(id, path, operation.method) ? undefined : id;
  if (operation.method !== 'GET')
    return camel(spelled ? changeWords(spelled, path, operation) : changedByPath(path, operation));
  return camel(spelled ? readWords(spelled, path, operation) : readByPath(path, operation));
}

interface IdWords {
  /** Of a controller, a tag or a resource that stands before the rest: `orders/list`, `OrdersController_list`. */
  scope: readonly string[];
  words: readonly string[];
}

function readId(operationId: string, { method, path }: NameableOperation): IdWords {
  const id = withoutGenerator(operationId, method, path);
  const [, scope = '', rest = id] =
    /^(.+?)(?:Controller|Resource|Api|Service)?[/#.:]+([^/#.:]+)$/.exec(id) ??
    /^(.+?)(?:Controller|Resource|Api|Service)_+([^_]+)$/.exec(id) ??
    (isMixed(id) ? /^([A-Za-z0-9]+)_([A-Za-z0-9]+)$/.exec(id) : undefined) ??
    [];
  const words = wordsOf(rest);
  return { scope: wordsOf(scope), words: words.length === 1 ? runTogether(words[0] ?? '', path) : words };
}

/** `Getspendlimit` at `/spend_limit` has three words: those of the path tell where one ends. */
function runTogether(word: string, path: string): readonly string[] {
  const known = readPath(path).all.flatMap((one) => [one.toLowerCase(), singular(one.toLowerCase())]);
  const text = word.toLowerCase();
  const verb = [...readingVerbs, ...changingVerbs].find((one) => text.startsWith(one) && text !== one);
  if (verb === undefined || known.includes(text)) return [word];
  const rest = parted(text.slice(verb.length), known);
  return rest ? [verb, ...rest] : [word];
}

/** `Orders_List` and `beta_listOrders`, but not `list_orders`: only capitals tell that the underscore parts two names. */
function isMixed(id: string): boolean {
  return /[A-Z]/.test(id) && /[a-z]/.test(id);
}

/** Leaves out what generators add: path and method (FastAPI), `UsingGET` (Springfox), a running number (springdoc). */
function withoutGenerator(operationId: string, method: string, path: string): string {
  const added = `${path.replaceAll('{args.', '{').replaceAll(/[^A-Za-z0-9_]/g, '_')}_${method}`.toLowerCase();
  if (operationId.length > added.length && operationId.toLowerCase().endsWith(added)) {
    return operationId.slice(0, -added.length);
  }
  return operationId
    .replace(/Using(GET|POST|PUT|PATCH|DELETE)(_\d+)?$/, '')
    .replace(/^([A-Za-z0-9]*[a-z])_\d+$/, '$1');
}

/** A text as words of a vocabulary; undefined when it is not made of them. Each rest is tried once. */
function parted(
  text: string,
  vocabulary: readonly string[],
  tried = new Set<string>(),
): readonly string[] | undefined {
  if (text === '') return [];
  if (tried.has(text)) return undefined;
  tried.add(text);
  for (const word of vocabulary) {
    const rest = text.startsWith(word) ? parted(text.slice(word.length), vocabulary, tried) : undefined;
    if (rest) return [word, ...rest];
  }
  return undefined;
}

/** Whether the id says nothing but method and path: `get_orders_id`, `post-payments`, `GetCustomersCustomer`. */
function spellsPath({ scope, words }: IdWords, path: PathWords, method: string): boolean {
  const all = withoutKey([...scope, ...words], path);
  const isLed = all[0]?.toUpperCase() === method;
  const isFollowed = !isLed && all.at(-1)?.toUpperCase() === method;
  if (!isLed && !isFollowed) return false;
  const rest = spelling(isLed ? all.slice(1) : all.slice(0, -1));
  return rest === '' || rest === spelling(path.segments.flat()) || rest === spelling(path.all);
}

function spelling(words: readonly string[]): string {
  return words.map((word) => singular(word.toLowerCase())).join('');
}

const manyVerbs: ReadonlySet<string> = new Set('list index query search'.split(' '));

/** The noun of what is read. */
function readWords(id: IdWords, path: PathWords, operation: NameableOperation): readonly string[] {
  const own = withoutKey(id.words, path);
  const { verb, rest } = withoutReadingVerb(own, path, id.scope.length > 0);
  const isAll = verb !== '' && /^(all|paginated)$/i.test(rest[0] ?? '');
  const isOne = verb !== '' && /^(one|by)$/i.test(rest[0] ?? '') && rest.length === 1;
  const noun = isAll || isOne ? rest.slice(1) : rest;
  const words = inScope(id.scope, noun);
  if (words.length === 0) return readByPath(path, operation);
  const isListNoun = noun.length > 1 && noun.at(-1)?.toLowerCase() === 'list' && !endsWithWord(path, 'list');
  return numbered(isListNoun ? words.slice(0, -1) : words, {
    isMany: operation.isList || isAll || isListNoun || manyVerbs.has(verb),
    isOne: path.endsWithParameter,
  });
}

/** A verb of reading leads, or follows as in `ordersList`. `search` is kept where the path has it too. */
function withoutReadingVerb(
  words: readonly string[],
  path: PathWords,
  hasScope: boolean,
): { verb: string; rest: readonly string[] } {
  const isReading = (word: string | undefined): word is string =>
    word !== undefined &&
    readingVerbs.has(word.toLowerCase()) &&
    !(
      ['search', 'query', 'lookup'].includes(word.toLowerCase()) &&
      path.segments.flat().some((one) => one.toLowerCase() === word.toLowerCase())
    );
  const [first] = words;
  if (isReading(first)) return { verb: first.toLowerCase(), rest: words.slice(1) };
  const last = words.at(-1);
  const isNoun = last !== undefined && endsWithWord(path, last);
  if (
    !hasScope &&
    words.length > 1 &&
    isReading(last) &&
    !isNoun &&
    !/^(query|search|view|index|lookup)$/i.test(last)
  ) {
    return { verb: last.toLowerCase(), rest: words.slice(0, -1) };
  }
  return { verb: '', rest: words };
}

function endsWithWord(path: PathWords, word: string): boolean {
  return path.segments.at(-1)?.at(-1)?.toLowerCase() === word.toLowerCase();
}

const scopesWithoutMeaning: ReadonlySet<string> = new Set(['app', 'api', 'default', 'main', 'root']);

/** `orders/list-items` is `orderItems`; a scope that the noun repeats, or that is the whole application, says nothing. */
function inScope(scope: readonly string[], noun: readonly string[]): readonly string[] {
  const said = new Set(noun.map((word) => singular(word.toLowerCase())));
  if (scope.every((word) => said.has(singular(word.toLowerCase())))) return noun;
  if (noun.length > 0 && scopesWithoutMeaning.has(scope.join('').toLowerCase())) return noun;
  if (noun.length === 0) return scope;
  return noun.at(-1)?.endsWith('ing') && noun.length === 1
    ? [...scope, ...noun]
    : [...singularLast(scope), ...noun];
}

function readByPath(path: PathWords, { isList }: NameableOperation): readonly string[] {
  const parents = path.segments.slice(0, -1).flatMap(singularLast);
  return numbered([...parents, ...(path.segments.at(-1) ?? [])], {
    isMany: isList,
    isOne: path.endsWithParameter,
  });
}

const prepositions: ReadonlySet<string> = new Set('in of for by from to on at with and per'.split(' '));

/** Puts the word that the others belong to into the number of the answer. */
function numbered(
  words: readonly string[],
  { isMany, isOne }: { isMany: boolean; isOne: boolean },
): readonly string[] {
  const preposition = words.findIndex((word, index) => index > 0 && prepositions.has(word.toLowerCase()));
  let head = (preposition < 0 ? words.length : preposition) - 1;
  // `emails receiving` has its number in the word before.
  if (head > 0 && words[head]?.endsWith('ing')) head -= 1;
  if (!isMany && !isOne) return words;
  return words.map((word, index) => (index === head ? (isMany ? plural(word) : singular(word)) : word));
}

function singularLast(words: readonly string[]): readonly string[] {
  return words.map((word, index) => (index === words.length - 1 ? singular(word) : word));
}

/**
 * Leaves out `ById`: the key of the one thing that a path leads to, unless the path itself says it
 * (`/orders/by-number/{number}`). What filters a list is kept: `petsByStatus`.
 */
function withoutKey(words: readonly string[], path: PathWords): readonly string[] {
  const by = words.findLastIndex((word) => word.toLowerCase() === 'by');
  if (by < 1) return words;
  const version = /^v\d+$/i.test(words.at(-1) ?? '') ? words.slice(-1) : [];
  const key = words.slice(by + 1, words.length - version.length).map((word) => word.toLowerCase());
  const kept = [...words.slice(0, by), ...version];
  if (path.segments.some((segment) => segment[0]?.toLowerCase() === 'by')) return words;
  if (key.length === 1 && /^(id|ids|token|uuid|guid)$/.test(key[0] ?? '')) return kept;
  if (!path.endsWithParameter) return words;
  const names = (path.parameters.at(-1) ?? []).join('').toLowerCase();
  return names.includes(key.join('')) || key.join('').includes(names) ? kept : words;
}

/** Verb and noun of what is changed. */
function changeWords(id: IdWords, path: PathWords, { method }: NameableOperation): readonly string[] {
  const words = withoutKey(id.words, path);
  const [first = '', ...rest] = words;
  if (id.scope.length === 0) return withVerbFirst(words, method);
  const isVerb = changingVerbs.has(first.toLowerCase()) || (rest.length === 0 && !isPlural(first));
  if (!isVerb) return inScope(id.scope, words);
  if (/^(all|many|bulk)$/i.test(rest[0] ?? '') && rest.length === 1) return [first, ...rest, ...id.scope];
  const said = inScope(id.scope, rest);
  return [
    first,
    ...(rest.length === 0 || rest[0]?.toLowerCase() === 'by' ? [...singularLast(id.scope), ...rest] : said),
  ];
}

/** `hubDelete` is `deleteHub`. */
function withVerbFirst(words: readonly string[], method: string): readonly string[] {
  const verb = words.at(-1)?.toLowerCase() ?? '';
  const isVerb = /^(create|delete|destroy|remove)$/.test(verb) || (verb === 'update' && method !== 'POST');
  if (!isVerb || words.length < 2 || changingVerbs.has(words[0]?.toLowerCase() ?? '')) return words;
  return [verb, ...singularLast(words.slice(0, -1))];
}

const verbOfMethod: Readonly<Record<string, string>> = { PUT: 'replace', PATCH: 'update', DELETE: 'delete' };

/** `POST /orders` is `createOrder`, `POST /orders/{id}/cancel` is `cancelOrder`, `PUT /orders/{id}` is `replaceOrder`. */
function changedByPath(path: PathWords, { method }: NameableOperation): readonly string[] {
  const parents = path.segments.slice(0, -1).flatMap(singularLast);
  const last = path.segments.at(-1) ?? [];
  if (last.length === 0) return [method];
  const verb = verbOfMethod[method];
  if (verb)
    return [verb, ...parents, ...(path.endsWithParameter || verb !== 'replace' ? singularLast(last) : last)];
  if (method !== 'POST') return [method, ...parents, ...last];
  const [first = '', ...object] = last;
  const isCollection = object.length > 0 && isPlural(object.at(-1) ?? '');
  const isVerb = changingVerbs.has(first.toLowerCase()) && !path.endsWithParameter && !isCollection;
  // `/simulate/void`: the verb is said already.
  if (isVerb && changingVerbs.has(parents[0]?.toLowerCase() ?? '')) return [...parents, ...last];
  if (isVerb) return [first, ...(object.length > 0 && parents.length === 0 ? [] : parents), ...object];
  return [path.endsWithParameter ? 'update' : 'create', ...parents, ...singularLast(last)];
}

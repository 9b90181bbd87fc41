import { Router, type Request, type Response } from 'express';
import { InvalidCursorError } from '../../events/cursor.ts';
import { CursorExpiredError, type EventLog, type StoredEvent } from '../../events/event-log.ts';
import type { Cuts } from '../history/cut.ts';
import { readEventPage, type EventPage, type PageLimits } from '../history/event-page.ts';
import { findEvent } from '../history/find-event.ts';
import { methodsOtherThan } from './admin.ts';
import { adminProblem } from './admin-problem.ts';
import { readEventSelection, type EventSelection } from './event-selection.ts';

export interface EventsRouterOptions {
  readonly log: Pick<EventLog, 'find' | 'read' | 'readBefore'>;
  readonly cuts: Cuts;
  /** Those that this gateway receives events of. Events of others can be read by their name. */
  readonly sources: readonly string[];
  readonly limits?: PageLimits;
}

/** One event for each line, as it is copied into files. */
const ndjson = 'application/x-ndjson';

/** The paths of events, below `/admin`. What a payload holds is passed on character for character. */
export function eventsRouter({ log, cuts, sources, limits = {} }: EventsRouterOptions): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router.use('/events', async (_request, _response, next) => {
    await cuts.ready();
    next();
  });
  router
    .route('/events')
    .get(async (request, response) => {
      if (new URL(request.url, 'http://admin').search !== '')
        throw adminProblem('ADMIN_REQUEST_INVALID', 'The list of sources takes no parameters.');
      const kept = await Promise.all(sources.toSorted().map((source) => keptOf(log, cuts, source)));
      send(response, JSON.stringify({ sources: kept }));
    })
    .all(methodsOtherThan('GET, HEAD'));
  router
    .route('/events/:source')
    .get(async (request, response) => {
      const { source } = request.params;
      const selection = readEventSelection(request.url);
      const page = await readPage({ log, cuts, source, selection, limits });
      const isKnown = page.steps.length > 0 || sources.includes(source);
      if (!isKnown && !(await keptOf(log, cuts, source)).newest) throw noSource();
      sendPage(request, response, pageOf(page, selection, cuts));
    })
    .all(methodsOtherThan('GET, HEAD'));
  router
    .route('/events/:source/:id')
    .get(async (request, response) => {
      const { source, id } = request.params;
      const event = await findEvent(log, source, id);
      if (!event) throw adminProblem('ADMIN_NOT_FOUND', 'There is no event of this id in this source.');
      send(response, writeEvent(event, cuts));
    })
    .all(methodsOtherThan('GET, HEAD'));
  return router;
}

/** What is kept of a source: its oldest and its newest event. */
async function keptOf({ read, readBefore }: EventsRouterOptions['log'], cuts: Cuts, source: string) {
  const [[oldest], [newest]] = await Promise.all([read(source, null, 1), readBefore(source, null, 1)]);
  return { source, oldest: placeOf(oldest, cuts), newest: placeOf(newest, cuts) };
}

function placeOf(event: StoredEvent | undefined, cuts: Cuts) {
  return event ? { offset: event.offset, time: event.time, cursor: cuts.of(event) } : null;
}

interface ReadPageOptions {
  readonly log: EventsRouterOptions['log'];
  readonly cuts: Cuts;
  readonly source: string;
  readonly selection: EventSelection;
  readonly limits: PageLimits;
}

async function readPage({ log, cuts, source, selection, limits }: ReadPageOptions): Promise<EventPage> {
  const { types, subject } = selection;
  const isFiltered = types.length > 0 || subject !== undefined;
  const fits = (event: StoredEvent) =>
    (types.length === 0 || types.includes(event.type)) &&
    (subject === undefined || event.subject === subject);
  const cutOf = (cursor: string | undefined) => {
    if (cursor === undefined) return null;
    const cut = cuts.read(cursor);
    if (!cut.positions.has(source)) throw new InvalidCursorError('it is of another source');
    return cut;
  };
  try {
    const [after, before] = [cutOf(selection.after), cutOf(selection.before)];
    return await readEventPage({
      ...selection,
      log,
      sources: [source],
      after,
      before,
      fits: isFiltered ? fits : undefined,
      limits,
    });
  } catch (error) {
    if (error instanceof InvalidCursorError) throw adminProblem('ADMIN_REQUEST_INVALID', `${error.message}.`);
    if (!(error instanceof CursorExpiredError)) throw error;
    const earliest = cuts.of({ source, ...error.earliest });
    throw adminProblem('ADMIN_CURSOR_EXPIRED', `The earliest cursor that works is ${earliest}`);
  }
}

/** A page as operators get it. */
interface WrittenPage {
  /** Each as JSON, oldest first. */
  readonly events: readonly string[];
  /** What `after` takes for what comes behind the page, now or later; null while the source has no event. */
  readonly next: string | null;
  /** What `before` takes for what stands in front of it; null when nothing can. */
  readonly previous: string | null;
  /** Whether there may be more in the direction of reading now. */
  readonly isMore: boolean;
}

function pageOf(
  { steps, isMore, stoppedAt }: EventPage,
  { after, before, end }: EventSelection,
  cuts: Cuts,
): WrittenPage {
  const [first, last] = [steps[0]?.cut, steps.at(-1)?.cut];
  const endOfPage = (end === 'first' && stoppedAt) || last;
  const startOfPage = (end === 'last' && stoppedAt) || first;
  const isBeginning = end === 'last' && !isMore && after === undefined;
  return {
    events: steps.map(({ event }) => writeEvent(event, cuts)),
    next: endOfPage ? cuts.write(endOfPage) : (after ?? null),
    previous: isBeginning ? null : startOfPage ? cuts.write(startOfPage) : (before ?? null),
    isMore,
  };
}

/** The payload as it came: parsed, its large numbers would be others. Line breaks of JSON are no more than space. */
function writeEvent(event: StoredEvent, cuts: Cuts): string {
  const { id, source, type, subject, time, traceparent, epoch, offset, dataJson } = event;
  const cursor = cuts.of(event);
  const attributes = JSON.stringify({ id, source, type, subject, time, traceparent, epoch, offset, cursor });
  return `${attributes.slice(0, -1)},"data":${dataJson.replace(/[\r\n]+/g, ' ')}}`;
}

function sendPage(request: Request, response: Response, { events, ...places }: WrittenPage): void {
  if (request.accepts(['application/json', ndjson]) !== ndjson) {
    send(response, `{"events":[${events.join(',')}],${JSON.stringify(places).slice(1)}`);
    return;
  }
  response.set({
    'content-type': ndjson,
    'sluice-more': String(places.isMore),
    ...(places.next !== null && { 'sluice-next': places.next }),
    ...(places.previous !== null && { 'sluice-previous': places.previous }),
  });
  response.end(events.map((event) => `${event}\n`).join(''));
}

function noSource() {
  return adminProblem('ADMIN_NOT_FOUND', 'There is no source of this name, and there are no events of it.');
}

function send(response: Response, json: string): void {
  response.set('content-type', 'application/json; charset=utf-8').end(json);
}

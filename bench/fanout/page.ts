import { tableToMarkdown } from '../markdown.ts';
import type { Machine } from '../report.ts';
import { eventsMax, messagesMax } from './audience.ts';
import type { FanoutReport, FanoutResult, MemoryResult } from './report.ts';

const method = `One event goes to many WebSockets, all with one operation, which the payload answers alone: no REST call is made. Each
contender is a process of its own, with \`NODE_ENV=production\`. An event comes in by an HTTP POST. All deliver the same
\`data\`, byte by byte: every message is counted, one subscriber's are compared, and whatever is missing, comes twice or
differs ends the measurement. CPU is user and system time of the contender's process, all its threads included; the
subscribers and the publisher are another process. In a round, each contender in alternating order is published to for a
second with always ${eventsMax} events on their way, or fewer so that not more than ${messagesMax} messages are (CPU, messages
per second; an event is on its way until its last subscriber has it) and then for two seconds at half of that rate, at fixed times (latency, from the moment at which an event was due to
its last delivery). The values are medians over the rounds. The rate is what this machine gives while contender and
subscribers share its cores.

The bare server is the limit: \`node:http\` and \`ws\`, which writes what was POSTed, serialised already, to every socket. Its
messages are as long as Sluice's. graphql-yoga is put together with graphql-ws and \`ws\` as its documentation shows, on its
in-memory pub/sub; it verifies no signature and keeps nothing. Its messages are shorter, because it tells nothing about the
event beside the data. Sluice is \`sluice serve\` on its SQLite log: it verifies the signature of the webhook, validates the
payload, and has the event on disk before it delivers; every message carries id, time and cursor of the event.`;

/** The report as a page. */
export function fanoutPage(report: FanoutReport & { machine: Machine }): string {
  const { rounds, machine, results, memory, memoryRounds, servers } = report;
  const counts = [...new Set(results.map(({ sockets }) => sockets))];
  const serverTable = tableToMarkdown({
    title: 'Processes',
    columns: ['contender', 'versions', 'message, bytes'],
    rows: servers.map(({ contender, versions, messageBytes }) => [
      contender,
      versions.join(', '),
      messageBytes,
    ]),
  });
  return `# One event to many subscribers

${method}

\`npm run bench -- fanout\`, ${rounds} interleaved rounds, ${machine.date}. ${machine.cpu}, ${machine.cores} cores,
${machine.memoryGiB} GiB, Node ${machine.node}.
${counts.map((count) => resultTable(results.filter(({ sockets }) => sockets === count))).join('')}${memoryTable(memory, memoryRounds)}${serverTable}`;
}

function resultTable(results: readonly FanoutResult[]): string {
  return tableToMarkdown({
    title: `${results[0]?.sockets} sockets`,
    columns: [
      'contender',
      'CPU µs per message',
      'rounds',
      'to bare',
      'rounds',
      'to Sluice',
      'messages per second',
      'p50 ms',
      'p99 ms',
    ],
    rows: results.map((result) => [
      result.contender,
      result.cpuMicroseconds.toFixed(1),
      range(result.spread, 1),
      result.ratio.toFixed(2),
      range(result.ratioSpread, 2),
      result.ratioToSluice.toFixed(2),
      result.messagesPerSecond.toFixed(0),
      result.p50Ms.toFixed(1),
      result.p99Ms.toFixed(1),
    ]),
  });
}

function memoryTable(memory: readonly MemoryResult[], rounds: number): string {
  if (memory.length === 0) return '';
  const table = tableToMarkdown({
    title: 'Memory of an idle subscription',
    columns: ['sockets', 'contender', 'resident, KiB', 'rounds', 'of it heap, KiB'],
    rows: memory.map(({ sockets, contender, rssBytes, rssSpread, heapBytes }) => [
      sockets,
      contender,
      (rssBytes / 1024).toFixed(1),
      range(
        rssSpread.map((bytes) => bytes / 1024),
        1,
      ),
      (heapBytes / 1024).toFixed(1),
    ]),
  });
  return `${table}
How much the resident set of a process grows by these sockets, divided by their number. It is read before and after, each
time once V8 has collected all garbage and given back its pages; 100 others are connected before. ${rounds} rounds, each in
a new process.
`;
}

function range(values: readonly number[], decimals: number): string {
  return values.map((value) => value.toFixed(decimals)).join(' to ');
}

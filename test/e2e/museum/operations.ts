import type { ServedRequest } from './museum-service.ts';
import { ticketImage } from './museum-service.ts';

/** One operation of the document: how a client asks, what the service is asked, what the client gets. */
export interface OperationCase {
  readonly field: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly request: ServedRequest;
  /** From the values of the document's examples. */
  readonly expected: (examples: Readonly<Record<string, unknown>>) => unknown;
}

const eventId = 'dad4bce8-f5cb-4078-a211-995864315e39';
const specialEvent = 'eventId name location eventDescription dates price';

const newEvent = {
  name: 'Mermaid Treasure Identification and Analysis',
  location: 'Under the seaaa 🦀 🎶 🌊.',
  eventDescription:
    'Join us as we review and classify a rare collection of 20 thingamabobs, gadgets, gizmos, whoosits, and whatsits, kindly donated by Ariel.',
  dates: ['2023-09-05', '2023-09-08'],
  price: 0,
};

const eventTicket = { ticketType: 'event', eventId, ticketDate: '2023-09-05', email: 'todd@example.com' };

export const operationCases: readonly OperationCase[] = [
  {
    field: 'museumHours',
    query: '{ museumHours(startDate: "2023-09-11", page: 2, limit: 5) { date timeOpen timeClose } }',
    variables: {},
    request: { method: 'GET', url: '/museum-hours?startDate=2023-09-11&page=2&limit=5' },
    expected: ({ GetMuseumHoursResponseExample: hours }) => hours,
  },
  {
    field: 'createSpecialEvent',
    query: `mutation ($input: SpecialEventInput!) { createSpecialEvent(input: $input) { ${specialEvent} } }`,
    variables: { input: newEvent },
    request: { method: 'POST', url: '/special-events', body: newEvent },
    expected: ({ CreateSpecialEventResponseExample: event }) => event,
  },
  {
    field: 'specialEvents',
    query: `query ($from: Date, $to: Date) { specialEvents(startDate: $from, endDate: $to) { ${specialEvent} } }`,
    variables: { from: '2023-02-23', to: '2023-04-18' },
    request: {
      method: 'GET',
      url: '/special-events?startDate=2023-02-23&endDate=2023-04-18',
    },
    expected: ({ ListSpecialEventsResponseExample: events }) => events,
  },
  {
    field: 'specialEvent',
    query: `query ($id: ID!) { specialEvent(eventId: $id) { ${specialEvent} } }`,
    variables: { id: '6744a0da-4121-49cd-8479-f8cc20526495' },
    request: { method: 'GET', url: '/special-events/6744a0da-4121-49cd-8479-f8cc20526495' },
    expected: ({ GetSpecialEventResponseExample: event }) => event,
  },
  {
    field: 'updateSpecialEvent',
    query: `mutation ($id: ID!, $input: SpecialEventFieldsInput!) { updateSpecialEvent(eventId: $id, input: $input) { ${specialEvent} } }`,
    variables: { id: eventId, input: { location: 'On the beach.', price: 15 } },
    request: {
      method: 'PATCH',
      url: `/special-events/${eventId}`,
      body: { location: 'On the beach.', price: 15 },
    },
    expected: ({ UpdateSpecialEventResponseExample: event }) => event,
  },
  {
    field: 'deleteSpecialEvent',
    query: 'mutation ($id: ID!) { deleteSpecialEvent(eventId: $id) }',
    variables: { id: eventId },
    request: { method: 'DELETE', url: `/special-events/${eventId}` },
    expected: () => null,
  },
  {
    field: 'buyMuseumTickets',
    query: `mutation ($input: BuyMuseumTicketsInput!) {
      buyMuseumTickets(input: $input) { message ticketId ticketType ticketDate confirmationCode }
    }`,
    variables: { input: { ...eventTicket, ticketType: 'EVENT' } },
    request: { method: 'POST', url: '/tickets', body: eventTicket },
    expected: ({ BuyEventTicketsResponseExample: bought }) => {
      // The example has a property that its schema lacks.
      const { eventName: _, ...ticket } = bought as Record<string, unknown>;
      return { ...ticket, ticketType: 'EVENT' };
    },
  },
  {
    field: 'ticketCode',
    query: 'query ($id: UUID!) { ticketCode(ticketId: $id) }',
    variables: { id: 'a54a57ca-36f8-421b-a6b4-2e8f26858a4c' },
    request: { method: 'GET', url: '/tickets/a54a57ca-36f8-421b-a6b4-2e8f26858a4c/qr' },
    expected: () => ticketImage.toString('base64'),
  },
];

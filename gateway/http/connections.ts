import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Follows the connections of a server until it closes. Node counts one that never brought a whole request as busy; browsers
 * and load balancers open such ones in advance, and nobody waits for an answer on them. And Node promises in each answer
 * to keep the connection, on which a client would then send what nobody answers.
 * @returns a function that closes the first kind, and ends the others with their last answer
 */
export function trackConnections(server: Server): () => void {
  /** The latest answer on each; undefined before its first request. */
  const answers = new Map<Socket, ServerResponse | undefined>();
  let isClosing = false;
  server.on('connection', (socket) => {
    answers.set(socket, undefined);
    socket.once('close', () => answers.delete(socket));
  });
  const follow = ({ socket }: IncomingMessage, response: ServerResponse): void => {
    answers.set(socket, response);
    if (isClosing) response.shouldKeepAlive = false;
  };
  server.on('request', follow).on('checkContinue', follow);
  server.on('upgrade', ({ socket }: IncomingMessage) => void answers.delete(socket));
  return () => {
    isClosing = true;
    for (const [socket, response] of answers) {
      if (response) response.shouldKeepAlive = false;
      else socket.destroy();
    }
  };
}

/** A worker that serves nothing: it says that it listens, and ends when it is asked to. */
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
process.send({ type: 'ready', url: 'http://127.0.0.1:1', subgraphs: [] });

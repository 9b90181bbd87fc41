/** Jest 30 strips TypeScript types itself; the tests run as native ES modules. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  coverageProvider: 'v8',
  testTimeout: 30_000,
  // Jest leaves one core to whoever watches; on two cores that is half of them.
  maxWorkers: '100%',
};

/** Jest 30 strips TypeScript types itself; the tests run as native ES modules. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  coverageProvider: 'v8',
  testTimeout: 30_000,
};

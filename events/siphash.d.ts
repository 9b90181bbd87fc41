/** The part of `siphash` that is used; the package brings no types. */
declare module 'siphash' {
  const SipHash: {
    /**
     * SipHash-2-4 with a tag of 64 bits, Aumasson and Bernstein, 2012.
     * @param key four words of 32 bits, the first bytes in the first word, little-endian.
     */
    hash(key: Uint32Array, message: Uint8Array): { readonly h: number; readonly l: number };
  };
  export default SipHash;
}

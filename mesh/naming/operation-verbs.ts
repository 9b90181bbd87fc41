/** Verbs of operations that read: no part of the name of what is read. */
export const readingVerbs: ReadonlySet<string> = new Set(
  'get list fetch find retrieve read query search show load lookup view index describe'.split(' '),
);

/** Verbs of operations that change something, as they stand in ids and at the end of paths (`/orders/{id}/cancel`). */
export const changingVerbs: ReadonlySet<string> = new Set(
  (
    'accept acknowledge activate add approve archive assign attach authorize block buy cancel capture charge ' +
    'check clear clone close complete confirm convert copy create deactivate decline delete deny destroy detach disable ' +
    'dismiss download duplicate enable end execute expire export extend finish forward generate hold import invite invoke ' +
    'issue join leave lock login logout mark merge migrate modify move notify open patch pause pay ping post process ' +
    'promote provision publish purchase put queue reactivate rebuild receive recover redeem refresh refund register ' +
    'reissue reject release reload remove renew reopen replace replay report request resend reserve reset resolve restart ' +
    'restore resume retrieve retry return reverse revert review revoke rotate route run save schedule search send set ' +
    'settle share sign simulate start stop submit subscribe suspend sync test toggle transfer trigger unassign unblock ' +
    'unlock unpause unpublish unregister unsubscribe update upgrade upload upsert validate verify void withdraw'
  ).split(' '),
);

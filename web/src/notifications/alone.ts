/** Changes of this browser's subscription happen one after the other, whichever tab makes them. */
export const alone = <T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> =>
  navigator.locks.request('kez-chat-notifications', signal ? { signal } : {}, work)

/** The VAPID key that a subscription was made with, in base64url. By hand: the worker loads no library for it. */
export const keyOf = ({
  options,
}: {
  readonly options: Pick<PushSubscriptionOptions, 'applicationServerKey'>
}): string =>
  btoa(String.fromCharCode(...new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

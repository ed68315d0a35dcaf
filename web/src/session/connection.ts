/** How it stands with the home server. `problem` is a code that waiting alone will not cure. */
export type Connection = {
  readonly state: 'connecting' | 'live' | 'offline'
  readonly problem?: string
}

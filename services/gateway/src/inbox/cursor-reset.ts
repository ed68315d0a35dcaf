import { DomainError } from '@kez-chat/contracts'

/** Sequences only grow, so a cursor beyond the last one comes from another life of the stream. */
export const cursorReset = (): DomainError =>
  new DomainError('cursor_reset', 'this cursor is beyond the inbox, which was made anew; read from 0')

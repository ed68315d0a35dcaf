import { textBodyOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'

/** Whether a message is shown as a line instead of a bubble. */
export const isLine = (message: Pick<StoredMessage, 'body'>): boolean => textBodyOf(message)?.timer !== undefined

import type { StoredMessage } from '../storage/message.ts'
import { pressed, released } from '../thread/message-menu.ts'
import type { Thread } from '../thread/state.ts'
import { focusField } from './composer-bar.ts'
import { canReply } from './menu.ts'

/** px after which a finger that goes sideways answers a message, and px of a touch that goes nowhere yet. */
const far = 56
const slack = 10

type Swipe = { readonly x: number; readonly y: number; readonly bubble: HTMLElement; going: boolean; by: number }

let swipe: Swipe | undefined

const rest = (): void => {
  if (swipe) swipe.bubble.style.transform = ''
  swipe = undefined
}

/** Where a finger goes: long on one place asks for the menu, sideways answers, up and down scrolls. */
export const fingersOn = (thread: Thread, message: StoredMessage) => {
  const press = pressed(message)
  return {
    start: {
      handleEvent: (event: TouchEvent): void => {
        press.handleEvent(event)
        const [finger] = event.touches
        const { currentTarget: bubble } = event
        rest()
        if (!finger || event.touches.length > 1 || !(bubble instanceof HTMLElement) || !canReply(thread, message))
          return
        swipe = { x: finger.clientX, y: finger.clientY, bubble, going: false, by: 0 }
      },
      passive: true,
    },
    move: {
      handleEvent: ({ touches }: TouchEvent): void => {
        released.handleEvent()
        const [finger] = touches
        if (!swipe || !finger) return
        const [x, y] = [finger.clientX - swipe.x, Math.abs(finger.clientY - swipe.y)]
        if (swipe.going || x > slack) {
          swipe.going = true
          swipe.by = Math.max(0, x)
          swipe.bubble.style.transform = `translateX(${Math.min(swipe.by, far + slack)}px)`
        } else if (y > slack || x < -slack) rest()
      },
      passive: true,
    },
    end: {
      handleEvent: (): void => {
        released.handleEvent()
        const answers = swipe?.going && swipe.by >= far
        rest()
        if (!answers) return
        thread.talk.reply(thread.talk.refOf(message))
        focusField()
      },
      passive: true,
    },
    cancel: {
      handleEvent: (): void => {
        released.handleEvent()
        rest()
      },
      passive: true,
    },
  }
}

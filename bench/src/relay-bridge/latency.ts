import { inboxMessageId, inboxSubject, PrimaryHex } from '@kez-chat/contracts'
import { connectNats, createLog } from '@kez-chat/runtime'
import { jetstream } from '@nats-io/jetstream'
import { type Bench, type Figures, percentile } from '../frame/bench.ts'
import { startBenchBridge } from './bridge.ts'
import { createEvents, type SignedEvent } from './events.ts'

const messages = 200

/** From a relay's sending of an event to its being in the inbox, beside publishing the same to JetStream. */
export const relayLatency: Bench = {
  name: 'relay-latency',
  describe: `ms from a relay's event to the inbox (main: p50), ${messages} one after the other, against JetStream publish of the same; both until the stream republishes it`,
  unit: 'ms',
  better: 'lower',
  pairs: 5,
  prepare: async () => {
    const bridge = await startBenchBridge(1)
    const { next } = await createEvents()
    const hex = PrimaryHex.parse(bridge.people[0]?.primaryHex)
    const { nats } = bridge.server
    const nc = await connectNats(
      { name: 'gateway', url: nats.url, seed: nats.seeds.gateway },
      createLog('bench', 'silent'),
    )
    const js = jetstream(nc)
    let arrived = (): void => undefined
    const live = nc.subscribe(inboxSubject.live(hex), { callback: () => arrived() })
    await nc.flush()

    const time = async (send: (event: SignedEvent) => unknown): Promise<Figures> => {
      const latencies: number[] = []
      for (let i = 0; i < messages; i++) {
        const event = next(hex)
        const arrival = new Promise<void>((resolve) => {
          arrived = resolve
        })
        const started = performance.now()
        await Promise.all([send(event), arrival.then(() => latencies.push(performance.now() - started))])
      }
      return { main: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
    }
    const ours = () => time((event) => bridge.relay.feed(event))
    const bare = () =>
      time((event) => {
        const record = { id: event.id, received_at: new Date().toISOString(), via: 'bench', wake: true, event }
        return js.publish(inboxSubject.stored(hex), JSON.stringify(record), { msgID: inboxMessageId(hex, event.id) })
      })
    await ours()
    await bare()
    return {
      bare,
      ours,
      stop: async () => {
        live.unsubscribe()
        await nc.close()
        await bridge.stop()
      },
    }
  },
}

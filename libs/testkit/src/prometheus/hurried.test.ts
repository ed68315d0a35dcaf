import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { hurriedExpression, hurriedRules } from './hurried.ts'

describe('rules in which time passes faster', () => {
  it.each([
    ['rate(x_total[5m])', 'rate(x_total[5000ms])'],
    ['rate(x_total[1h30m])', 'rate(x_total[90000ms])'],
    ['max_over_time(y[1h:1m])', 'max_over_time(y[60000ms:1000ms])'],
    ['max_over_time(y[1h:])', 'max_over_time(y[60000ms:])'],
    ['y - y offset 10m', 'y - y offset 10000ms'],
    ['predict_linear(y[6h], 24 * 3600) > 1', 'predict_linear(y[360000ms], 1440) > 1'],
    // Thresholds, names and what is in quotes stay.
    ['x_seconds{what="[5m] offset 5m"} > 900', 'x_seconds{what="[5m] offset 5m"} > 900'],
    ['sum by (le) (rate(x:ratio_5m[10s])) > 3600', 'sum by (le) (rate(x:ratio_5m[167ms])) > 3600'],
  ])('%s', (before, after) => {
    expect(hurriedExpression(before, 60)).toBe(after)
  })

  it('keep all but times', () => {
    const rules = `
groups:
  - name: g
    interval: 1m
    rules:
      - { record: "a:b", expr: "sum(rate(x[5m]))" }
      - alert: A
        expr: x > 5
        for: 10m
        labels: { severity: critical }
        annotations: { summary: "For 10m {{ $value }}" }
`
    expect(parse(hurriedRules(rules, 60))).toEqual({
      groups: [
        {
          name: 'g',
          interval: '1000ms',
          rules: [
            { record: 'a:b', expr: 'sum(rate(x[5000ms]))' },
            {
              alert: 'A',
              expr: 'x > 5',
              for: '10000ms',
              labels: { severity: 'critical' },
              annotations: { summary: 'For 10m {{ $value }}' },
            },
          ],
        },
      ],
    })
  })
})

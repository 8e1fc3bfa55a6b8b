// A line plot as SVG, readable on light and dark pages.
const WIDTH = 720;
const HEIGHT = 400;
const MARGIN = { left: 70, right: 20, top: 44, bottom: 56 };
const COLOURS = ['#2563eb', '#ea580c', '#16a34a', '#9333ea', '#dc2626', '#0891b2'];

/** `series`: `{ name, points: [x, y][] }`. Axes are `{ label, isLog }`. */
export function linePlot({ title, x, y, series }) {
  const points = series.flatMap((one) => one.points);
  const across = scale(
    points.map(([at]) => at),
    { ...x, from: MARGIN.left, to: WIDTH - MARGIN.right },
  );
  const up = scale(
    points.map(([, at]) => at),
    { ...y, from: HEIGHT - MARGIN.bottom, to: MARGIN.top },
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="13">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    text(WIDTH / 2, 22, title, 'middle', 'font-weight="bold"'),
    ...across.ticks.flatMap((at) => [
      line(across.place(at), MARGIN.top, across.place(at), HEIGHT - MARGIN.bottom),
      text(across.place(at), HEIGHT - MARGIN.bottom + 18, number(at), 'middle'),
    ]),
    ...up.ticks.flatMap((at) => [
      line(MARGIN.left, up.place(at), WIDTH - MARGIN.right, up.place(at)),
      text(MARGIN.left - 8, up.place(at) + 4, number(at), 'end'),
    ]),
    text((MARGIN.left + WIDTH - MARGIN.right) / 2, HEIGHT - 14, x.label, 'middle'),
    text(18, (MARGIN.top + HEIGHT - MARGIN.bottom) / 2, y.label, 'middle', turned(18)),
    ...series.flatMap((one, index) => drawn(one, { index, across, up })),
    '</svg>',
    '',
  ].join('\n');
}

function drawn({ name, points }, { index, across, up }) {
  const colour = COLOURS[index % COLOURS.length];
  const places = points.map(([at, value]) => [across.place(at).toFixed(1), up.place(value).toFixed(1)]);
  const top = MARGIN.top + 14 + 18 * index;
  return [
    `<polyline points="${places.map((place) => place.join(',')).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...places.map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`),
    `<rect x="${MARGIN.left + 12}" y="${top - 9}" width="12" height="10" fill="${colour}"/>`,
    text(MARGIN.left + 30, top, name, 'start'),
  ];
}

/** Powers of ten on a logarithmic axis, else round steps from 0. */
function scale(values, { isLog = false, from, to }) {
  const high = Math.max(...values);
  if (isLog) {
    const low = Math.min(...values);
    const [start, end] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
    const ticks = Array.from({ length: end - start + 1 }, (_, i) => 10 ** (start + i));
    const span = Math.max(1, end - start);
    return { ticks, place: (at) => from + ((Math.log10(at) - start) / span) * (to - from) };
  }
  const rough = high / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const end = Math.ceil(high / step) * step || step;
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
  return { ticks, place: (at) => from + (at / end) * (to - from) };
}

const number = (value) => (value >= 1000 ? `${value / 1000}k` : String(Number(value.toPrecision(3))));
const turned = (at) => `transform="rotate(-90 ${at} ${(MARGIN.top + HEIGHT - MARGIN.bottom) / 2})"`;
const escape = (value) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const line = (x1, y1, x2, y2) =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" stroke="#e5e7eb"/>`;
const text = (x, y, value, anchor, extra = '') =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#374151" ${extra}>${escape(value)}</text>`;

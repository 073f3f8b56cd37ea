import { Logo } from '../../ui/logo.tsx'

/** The other half of the sign-in page: what this is, and a small sky. */
export const Welcome = () => (
  <div className="relative hidden overflow-hidden bg-[#15173a] p-12 text-white lg:flex lg:flex-col lg:justify-between">
    <Constellation />
    <div className="relative flex items-center gap-3 text-lg font-semibold">
      <Logo className="size-9" /> Mothership
    </div>
    <div className="relative max-w-md">
      <p className="text-3xl leading-tight font-semibold tracking-tight text-balance">
        Know what your agents believe, and why.
      </p>
      <p className="mt-4 text-[#c9cdf2]">
        One graph of values and beliefs becomes the directive of every task. Each constraint can be followed back to the
        belief it comes from, and to the value it serves.
      </p>
    </div>
  </div>
)

const stars: readonly [x: number, y: number, radius: number, isValue?: true][] = [
  [90, 210, 5],
  [190, 140, 9],
  [300, 230, 14, true],
  [410, 120, 6],
  [470, 250, 10],
  [360, 370, 7],
  [220, 340, 11],
  [120, 420, 6],
  [520, 400, 13, true],
  [560, 470, 6],
  [250, 450, 8],
  [590, 190, 5],
]

const ties: readonly [from: number, to: number][] = [
  [0, 1],
  [1, 2],
  [3, 2],
  [4, 2],
  [5, 2],
  [6, 2],
  [7, 6],
  [4, 8],
  [9, 8],
  [5, 8],
  [10, 5],
  [11, 4],
  [10, 6],
]

const Constellation = () => (
  <svg
    aria-hidden
    viewBox="0 0 640 640"
    preserveAspectRatio="xMidYMid slice"
    className="absolute inset-0 size-full opacity-60"
  >
    <g stroke="#7c83d8" strokeWidth="1.2">
      {ties.map(([from, to]) => {
        const [x1, y1] = stars[from] ?? [0, 0]
        const [x2, y2] = stars[to] ?? [0, 0]
        return <line key={`${from}-${to}`} x1={x1} y1={y1} x2={x2} y2={y2} strokeOpacity="0.55" />
      })}
    </g>
    {stars.map(([x, y, radius, isValue]) => (
      <circle key={`${x}-${y}`} cx={x} cy={y} r={radius} fill={isValue ? '#fbbf24' : '#8b8ff0'} />
    ))}
  </svg>
)

// Ranks clusters by what an hour of a core there costs, and how much carbon it sets free. `../rust/src/lib.rs` says what the
// figures are; the operations stand in the same order here, so that both give the same bits.

const INTENSITY_USUAL = 475;
const REGION_GAIN = 0.25;

const USUAL = {
  dirtyWeight: 0.5,
  region: '',
  intensityClaim: 'carbon-intensity.example.com',
  priceResource: 'cost',
  priceScore: 'price',
};

// Of this instance; `init` is called before anything that reads them.
let settings = USUAL;

const texts = (tag, val) => ({ source: { tag, val }, encoding: 'texts', absent: 0 });
const numbers = (tag, val) => ({ source: { tag, val }, encoding: 'numbers', absent: 0 });

// What is wrong with the settings, each with its JSON pointer.
function mistakes(given) {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return [{ path: '', message: 'must be an object' }];
  const wrong = (key) => {
    if (!Object.hasOwn(USUAL, key)) return `is no setting: only ${Object.keys(USUAL).join(', ')}`;
    if (typeof given[key] !== typeof USUAL[key]) return `must be a ${typeof USUAL[key]}`;
    if (key === 'dirtyWeight' && !(given[key] >= 0 && given[key] <= 1)) return 'must be from 0 to 1';
    return null;
  };
  return Object.keys(given).map((key) => ({ path: `/${key}`, message: wrong(key) })).filter(({ message }) => message);
}

export const lifecycle = {
  describe: () => ({ name: 'carbon-js', version: '0.1.0', settingsSchema: '' }),

  init(document) {
    const given = JSON.parse(document);
    const wrong = mistakes(given);
    // What is thrown is the error of the interface's result.
    if (wrong.length > 0) throw wrong;
    settings = { ...USUAL, ...given };
    return {
      inputs: [
        texts('label', 'region'),
        texts('label', 'arch'),
        texts('claim', 'platform.open-cluster-management.io'),
        texts('claim', settings.intensityClaim),
        numbers('allocatable', 'cpu'),
        numbers('capacity', 'cpu'),
        numbers('allocatable', 'memory'),
        numbers('capacity', 'memory'),
        numbers('addon-score', [settings.priceResource, settings.priceScore]),
      ],
      normalization: 'min-max',
      rowLocal: true,
    };
  },
};

const gain = (region) => (region !== '' && region === settings.region ? REGION_GAIN : 0);
const watts = (arch) => (arch === 'arm64' ? 3.5 : 6);
const COOLING = { AWS: 1.15, Azure: 1.18, GCP: 1.1 };
const cooling = (platform) => (Object.hasOwn(COOLING, platform) ? COOLING[platform] : 1.5);
const intensity = (claim) => (/^[0-9]{1,6}$/.test(claim) ? Number(claim) : INTENSITY_USUAL);
const share = (allocatable, capacity) => (capacity > 0 ? allocatable / capacity : 0);

export const score = {
  score({ rows, columns }) {
    const column = columns.map(({ val }) => val);
    // Each distinct text is looked at once; row i holds `values[codes[i]]`.
    const [gains, wattages, coolings, grids] = [gain, watts, cooling, intensity].map((of, at) => column[at].values.map(of));
    const [regions, archs, platforms, claims] = column.slice(0, 4).map(({ codes }) => codes);
    const [cpu, cpuAll, memory, memoryAll, price] = column.slice(4);
    const { dirtyWeight } = settings;
    const cleanWeight = 1 - dirtyWeight;
    const scores = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const idle = (share(cpu[row], cpuAll[row]) + share(memory[row], memoryAll[row])) / 2;
      const carbon = (grids[claims[row]] * coolings[platforms[row]] * (wattages[archs[row]] * (1 + 0.5 * idle))) / 4275;
      const cost = 1 + price[row] / 200;
      scores[row] = gains[regions[row]] - (dirtyWeight * carbon + cleanWeight * cost);
    }
    return scores;
  },
};

// {{name}}: say here what it is for.
//
%if both
// As it stands, it takes out clusters with too few cores, and ranks the others by the cores they have left.
%end
%if filter-only
// As it stands, it takes out clusters with too few cores.
%end
%if score-only
// As it stands, it ranks clusters by the cores they have left, those of one region first.
%end

%if both
const USUAL = { atLeast: 8, region: '' };
%end
%if filter-only
const USUAL = { atLeast: 8 };
%end
%if score-only
const USUAL = { region: '' };
%end

// Of this instance; `init` is called before anything that reads them.
let settings = USUAL;

// What is wrong with the settings, each with its JSON pointer.
function mistakes(given) {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return [{ path: '', message: 'must be an object' }];
  const wrong = (key) => {
    if (!Object.hasOwn(USUAL, key)) return `is no setting: only ${Object.keys(USUAL).join(', ')}`;
    return typeof given[key] === typeof USUAL[key] ? null : `must be a ${typeof USUAL[key]}`;
  };
  return Object.keys(given).map((key) => ({ path: `/${key}`, message: wrong(key) })).filter(({ message }) => message);
}

export const lifecycle = {
  describe: () => ({ name: '{{name}}', version: '0.1.0', settingsSchema: '' }),

  init(document) {
    const given = JSON.parse(document);
    const wrong = mistakes(given);
    // What is thrown is the error of the interface's result.
    if (wrong.length > 0) throw wrong;
    settings = { ...USUAL, ...given };
    return {
      inputs: [
        { source: { tag: 'allocatable', val: 'cpu' }, encoding: 'numbers', absent: 0 },
%if score
        { source: { tag: 'label', val: 'region' }, encoding: 'texts', absent: 0 },
%end
      ],
%if score
      normalization: 'min-max',
%end
%if filter-only
      normalization: 'clamp',
%end
      // A row's answer hangs on that row alone.
      rowLocal: true,
    };
  },
};
%if filter

export const filter = {
  filter({ columns }) {
    const cores = columns[0].val;
    // 0 keeps a cluster, 1 takes it out for the first of the reasons.
    const codes = Uint8Array.from(cores, (cores) => (cores < settings.atLeast ? 1 : 0));
    return { codes, reasons: [`fewer than ${settings.atLeast} cores left`] };
  },
};
%end
%if score

export const score = {
  score({ columns }) {
    const cores = columns[0].val;
    // Row i holds `values[codes[i]]`: each distinct text is there once.
    const { values, codes } = columns[1].val;
    const preferred = values.map((region) => region !== '' && region === settings.region);
    return cores.map((cores, row) => (preferred[codes[row]] ? cores + 1000 : cores));
  },
};
%end

//! How much the compiler would have to do for the core modules of a component, counted before it begins.
//!
//! All of it is counted in what the file says, never in time, so that a component is refused everywhere or nowhere. Each
//! bound is some times what the largest guests have that toolchains make: those of Python and SpiderMonkey.

use wasmparser::{
    CompositeInnerType, FuncValidator, FunctionBody, Operator, OperatorsReader, Payload, WasmModuleResources,
};

use super::Refusal;

/// How many core modules there may be, each with its own tables of everything. Python has 38.
const MODULES_MAX: u64 = 200;
/// How many memories: an image of each is made beforehand. JavaScript has 3.
const MEMORIES_MAX: u64 = 100;
/// How many elements the tables may have together as they begin, for the same reason. SpiderMonkey has 7,700.
const ELEMENTS_MAX: u64 = 1 << 20;
/// How many functions there may be. SpiderMonkey has 20,000.
const FUNCTIONS_MAX: u64 = 150_000;
/// How many entries all sections of all modules may have together. Go has 45,000, most of them pieces of its memory.
const ENTRIES_MAX: u64 = 1_000_000;
/// How long one function may be, in bytes. Python's main loop has 430,000.
const FUNCTION_BYTES_MAX: u64 = 1 << 20;
/// How many parameters a function may have. Real ones have 23.
const PARAMETERS_MAX: u64 = 128;
/// How many results a function may have: two bytes that call it make so many values. Real ones have one.
const RESULTS_MAX: u64 = 16;
/// How many values one function may carry over its branches and calls. The compiler follows each local and each operand
/// through each of them, so that it takes the square of the function's length where both are many. SpiderMonkey's
/// largest function has 2 million.
const CARRIED_MAX: u64 = 4_000_000;
/// How many all functions may carry together. Those of SpiderMonkey have 24 million.
const CARRIED_TOGETHER_MAX: u64 = 64_000_000;

/// So many branches before it weigh on a branch like one value: parts of the compiler look at all pairs of them.
const PASSED_OF_A_VALUE: u64 = 128;
/// As how many branches a loop counts: it may come back, so that whatever changes in it has two values where it begins.
const WAYS_OF_A_LOOP: u64 = 16;

/// What was counted so far, over all modules.
#[derive(Default)]
pub(super) struct Bounds {
    modules: u64,
    memories: u64,
    elements: u64,
    functions: u64,
    entries: u64,
    carried: u64,
}

impl Bounds {
    /// Counts what comes next.
    ///
    /// # Errors
    /// It is too much, or damaged.
    pub fn see(&mut self, payload: &Payload<'_>) -> Result<(), Refusal> {
        match payload {
            Payload::ModuleSection { .. } => self.modules += 1,
            Payload::TypeSection(types) => {
                self.entries += u64::from(types.count());
                for group in types.clone() {
                    group?.types().try_for_each(|of| signature(&of.composite_type.inner))?;
                }
            }
            Payload::TableSection(tables) => {
                self.entries += u64::from(tables.count());
                for table in tables.clone() {
                    self.elements = self.elements.saturating_add(table?.ty.initial);
                }
            }
            Payload::MemorySection(memories) => self.memories += u64::from(memories.count()),
            Payload::ImportSection(imports) => self.entries += u64::from(imports.count()),
            Payload::ExportSection(exports) => self.entries += u64::from(exports.count()),
            Payload::GlobalSection(globals) => self.entries += u64::from(globals.count()),
            Payload::ElementSection(segments) => self.entries += u64::from(segments.count()),
            Payload::DataSection(segments) => self.entries += u64::from(segments.count()),
            Payload::FunctionSection(functions) => self.functions += u64::from(functions.count()),
            Payload::CodeSectionEntry(body) => {
                within("bytes in one function", body.range().len() as u64, FUNCTION_BYTES_MAX)?;
            }
            _ => {}
        }
        within("core modules", self.modules, MODULES_MAX)?;
        within("memories", self.memories, MEMORIES_MAX)?;
        within("elements in its tables as they begin", self.elements, ELEMENTS_MAX)?;
        within("functions", self.functions, FUNCTIONS_MAX)?;
        within("entries in the sections of its core modules", self.entries, ENTRIES_MAX)
    }

    /// Checks a function and counts what it carries.
    ///
    /// # Errors
    /// It is not valid, or carries too much.
    pub fn check<R: WasmModuleResources>(
        &mut self,
        function: &mut FuncValidator<R>,
        body: &FunctionBody<'_>,
    ) -> Result<(), Refusal> {
        let mut reader = body.get_binary_reader();
        function.read_locals(&mut reader)?;
        reader.set_features(*function.features());
        let mut operators = OperatorsReader::new(reader);
        let locals = u64::from(function.len_locals());
        let (mut carried, mut passed) = (0_u64, 0_u64);
        while !operators.eof() {
            let (operator, at) = operators.read_with_offset()?;
            let ways = ways(&operator);
            passed = passed.saturating_add(ways);
            let values = locals + u64::from(function.operand_stack_height()) + passed / PASSED_OF_A_VALUE;
            carried = carried.saturating_add(ways.saturating_mul(values));
            within("values to carry over the branches of one function", carried, CARRIED_MAX)?;
            function.op(at, &operator)?;
        }
        operators.finish()?;
        self.carried = self.carried.saturating_add(carried);
        within("values to carry over the branches of its functions", self.carried, CARRIED_TOGETHER_MAX)
    }
}

/// In how many ways it goes on after an operator, where the compiler has to know what becomes of each value.
fn ways(operator: &Operator<'_>) -> u64 {
    match operator {
        Operator::BrTable { targets } => 1 + u64::from(targets.len()),
        Operator::Loop { .. } => WAYS_OF_A_LOOP,
        Operator::Block { .. }
        | Operator::If { .. }
        | Operator::Else
        | Operator::End
        | Operator::Br { .. }
        | Operator::BrIf { .. }
        | Operator::Call { .. }
        | Operator::CallIndirect { .. }
        | Operator::TableGet { .. } => 1,
        _ => 0,
    }
}

/// Whether a function of this type is of the usual kind.
fn signature(of: &CompositeInnerType) -> Result<(), Refusal> {
    let CompositeInnerType::Func(of) = of else { return Ok(()) };
    within("parameters of one function", of.params().len() as u64, PARAMETERS_MAX)?;
    within("results of one function", of.results().len() as u64, RESULTS_MAX)
}

/// Whether there is no more of something than may be.
pub(super) fn within(what: &'static str, has: u64, max: u64) -> Result<(), Refusal> {
    if has > max { Err(Refusal::Bound { what, max }) } else { Ok(()) }
}

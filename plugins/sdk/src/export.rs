//! From a type to a component: [`export!`](crate::export), and what it calls.

/// Makes a component of a [`Plugin`](crate::Plugin): `export!(Carbon: score)`, `export!(Freeze: filter)`, or
/// `export!(Packer: filter, score)`.
#[macro_export]
macro_rules! export {
    ($plugin:ty: score) => {
        $crate::export!(@world $plugin, SCORE_PLUGIN, score);
    };
    ($plugin:ty: filter) => {
        $crate::export!(@world $plugin, FILTER_PLUGIN, filter);
    };
    ($plugin:ty: filter, score) => {
        $crate::export!(@world $plugin, PLUGIN, filter, score);
    };
    (@world $plugin:ty, $world:ident, $($interface:ident),+) => {
        const _: () = {
            ::std::thread_local! {
                // An instance is used by one evaluation, which gives it its settings first.
                static MADE: ::std::cell::OnceCell<$plugin> = const { ::std::cell::OnceCell::new() };
            }

            struct Guest;

            impl $crate::bindings::exports::placewright::placement::lifecycle::Guest for Guest {
                fn describe() -> $crate::bindings::exports::placewright::placement::lifecycle::About {
                    $crate::glue::about::<$plugin>()
                }

                fn init(settings: ::std::string::String) -> ::std::result::Result<
                    $crate::Plan,
                    ::std::vec::Vec<$crate::SettingsError>,
                > {
                    MADE.with(|made| $crate::glue::init(made, &settings))
                }
            }

            $($crate::export!(@interface $interface);)+

            #[cfg(target_arch = "wasm32")]
            #[allow(unsafe_code, reason = "generated: this is how a component exports functions")]
            const _: () = {
                $crate::__export_placewright_placement_lifecycle_0_1_0_cabi!(
                    Guest with_types_in $crate::bindings::exports::placewright::placement::lifecycle
                );
                $($crate::export!(@function $interface);)+

                // What `wasm-tools component new` reads to know which interfaces these functions are of.
                #[unsafe(link_section = "component-type:placewright:placement")]
                static WORLD: [u8; $crate::worlds::$world.len()] = *$crate::worlds::$world;
            };
        };
    };
    (@interface filter) => {
        impl $crate::bindings::exports::placewright::placement::filter::Guest for Guest {
            fn filter(clusters: $crate::Batch) -> ::std::result::Result<
                $crate::bindings::exports::placewright::placement::filter::Verdicts,
                $crate::Failure,
            > {
                MADE.with(|made| $crate::glue::filter(made, &clusters))
            }
        }
    };
    (@interface score) => {
        impl $crate::bindings::exports::placewright::placement::score::Guest for Guest {
            fn score(clusters: $crate::Batch) -> ::std::result::Result<::std::vec::Vec<f64>, $crate::Failure> {
                MADE.with(|made| $crate::glue::score(made, &clusters))
            }
        }
    };
    (@function filter) => {
        $crate::__export_placewright_placement_filter_0_1_0_cabi!(
            Guest with_types_in $crate::bindings::exports::placewright::placement::filter
        );
    };
    (@function score) => {
        $crate::__export_placewright_placement_score_0_1_0_cabi!(
            Guest with_types_in $crate::bindings::exports::placewright::placement::score
        );
    };
}

/// What the macro calls, so that it holds no logic itself.
#[doc(hidden)]
pub mod glue {
    use std::cell::OnceCell;

    use crate::bindings::exports::placewright::placement::{filter, lifecycle};
    use crate::{Batch, Failure, Filter, Plan, Plugin, Score, SettingsError, log, settings};

    #[must_use]
    pub fn about<P: Plugin>() -> lifecycle::About {
        lifecycle::About {
            name: P::NAME.to_owned(),
            version: P::VERSION.to_owned(),
            settings_schema: P::SETTINGS_SCHEMA.to_owned(),
        }
    }

    /// # Errors
    /// The settings are refused.
    pub fn init<P: Plugin>(made: &OnceCell<P>, settings: &str) -> Result<Plan, Vec<SettingsError>> {
        // Nobody sees a guest's standard error.
        std::panic::set_hook(Box::new(|panic| log::error(&panic.to_string())));
        let plugin = settings::read::<P>(settings)?;
        let plan = plugin.plan();
        made.set(plugin).map_err(|_| vec![mistake("", "were given before: an instance takes them once")])?;
        Ok(plan)
    }

    /// # Errors
    /// The plugin has no answer.
    pub fn filter<P: Filter>(made: &OnceCell<P>, clusters: &Batch) -> Result<filter::Verdicts, Failure> {
        let verdicts = plugin(made)?.filter(clusters)?;
        Ok(filter::Verdicts { codes: verdicts.codes, reasons: verdicts.reasons })
    }

    /// # Errors
    /// The plugin has no answer.
    pub fn score<P: Score>(made: &OnceCell<P>, clusters: &Batch) -> Result<Vec<f64>, Failure> {
        plugin(made)?.score(clusters)
    }

    fn plugin<P>(made: &OnceCell<P>) -> Result<&P, Failure> {
        made.get().ok_or_else(|| Failure::Failed("was asked before it was given its settings".to_owned()))
    }

    fn mistake(path: &str, message: &str) -> SettingsError {
        SettingsError { path: path.to_owned(), message: message.to_owned() }
    }
}

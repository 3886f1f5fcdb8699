//! Which arm of a branch ran, with what that arm recorded.

macro_rules! arms {
    ($($name:ident: $($arm:ident)+;)*) => {$(
        /// The record of a branch: the arm that ran and what it recorded.
        #[derive(Clone, Copy, Debug)]
        pub enum $name<$($arm),+> {
            $(
                /// This arm ran.
                $arm($arm),
            )+
        }
    )*};
}

arms! {
    Arm2: A B;
    Arm3: A B C;
    Arm4: A B C D;
    Arm5: A B C D E;
    Arm6: A B C D E F;
    Arm7: A B C D E F G;
    Arm8: A B C D E F G H;
}

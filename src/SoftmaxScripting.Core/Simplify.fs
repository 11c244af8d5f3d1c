namespace SoftmaxScripting.Core

open System
open Pattern

/// Rewrites that shorten elementwise formulas: units, signs, constants, common factors, choices. They follow the algebra
/// of real numbers: 0 · x is 0, also where x is not finite.
module internal Simplify =

    let rule name why arguments formula apply : Rewrite =
        { Name = name
          Kind = RewriteKind.Simplify
          Why = why
          Example =
            { Arguments = arguments
              Formula = formula
              Extremes = [] }
          Apply = apply }

    let matrix name = name, [ 3; 5 ], (-3.0, 3.0)
    let x = [ matrix "x" ]
    let private xy = [ matrix "x"; matrix "y" ]
    let private xyz = [ matrix "x"; matrix "y"; matrix "z" ]
    let num (e: Expr) value = Build.like e value

    let isNum (e: Expr) =
        match e with
        | Num _ -> true
        | _ -> false

    /// The value of an elementwise op on numbers, by the table's references.
    let private fold (e: Expr) =
        let value (i: int) =
            match e.Args[i] with
            | Num c -> c
            | _ -> nan

        if e.DType.IsFloat && e.Args.Length > 0 && Array.forall isNum e.Args then
            match e.Op with
            | Op.Unary op -> ValueSome(num e ((OpTable.unary op).Reference(value 0)))
            | Op.Binary op -> ValueSome(num e ((OpTable.binary op).Reference (value 0) (value 1)))
            | Op.Select -> ValueSome(num e (if value 0 <> 0.0 then value 1 else value 2))
            | Op.Cast
            | Op.Reshape
            | Op.Broadcast
            | Op.Permute _
            | Op.Slice _
            | Op.StopGradient -> ValueSome(num e (value 0))
            | _ -> ValueNone
        else
            ValueNone

    /// A product or quotient of numbers that neither overflowed nor underflowed, also in float32: merging numbers must not
    /// make a formula infinite or zero that was not.
    let private isOrdinary (c: float) =
        c = 0.0 || (abs c > 1e-30 && abs c < 1e30)

    /// A number that may travel: two of them always meet in an ordinary one, so none pile up unmerged.
    let private isMovable (c: float) =
        c = 0.0 || (abs c > 1e-15 && abs c < 1e15)

    let private isNonzero (e: Expr) =
        match e with
        | Num c -> c <> 0.0
        | _ -> false

    let private times (k: float) (u: Expr) =
        if k = 1.0 then u
        elif k = -1.0 then Build.neg u
        else Build.mul (num u k) u

    /// b is −a.
    let private isOpposite (a: Expr) (b: Expr) =
        match a, b with
        | Neg u, v
        | v, Neg u when same u v -> true
        | Sub(u, v), Sub(x, y) -> same u y && same v x
        | _ -> false

    /// k · where(c, a, b).
    [<return: Struct>]
    let private (|Choice|_|) (e: Expr) =
        match e with
        | Select(c, a, b) -> ValueSome struct (1.0, c, a, b)
        | Neg(Select(c, a, b)) -> ValueSome struct (-1.0, c, a, b)
        | Mul(Num k, Select(c, a, b)) -> ValueSome struct (k, c, a, b)
        | _ -> ValueNone

    /// k · where(c, a, b) + m · where(c, x, y) as one choice, when a branch of each is 0.
    let private joined c k a b m x y =
        match a, b, x, y with
        | _, Zero, Zero, _ -> ValueSome(Build.select c (times k a) (times m y))
        | Zero, _, _, Zero -> ValueSome(Build.select c (times m x) (times k b))
        | _, Zero, _, Zero -> ValueSome(Build.select c (Build.add (times k a) (times m x)) b)
        | Zero, _, Zero, _ -> ValueSome(Build.select c a (Build.add (times k b) (times m y)))
        | _ -> ValueNone

    let rules: Rewrite[] =
        [| rule
               "constants"
               "known when the plan is made"
               x
               (fun a -> Build.add (num a[0] 2.0) (num a[0] 3.0))
               fold
           rule "x + 0 → x" "nothing is added" x (fun a -> Build.add a[0] (num a[0] 0.0)) (fun e ->
               match e with
               | Add(u, Zero)
               | Add(Zero, u)
               | Sub(u, Zero) -> ValueSome u
               | Sub(Zero, u) -> ValueSome(Build.neg u)
               | _ -> ValueNone)
           rule "1 · x → x" "units" x (fun a -> Build.mul (num a[0] 1.0) a[0]) (fun e ->
               match e with
               | Mul(One, u)
               | Mul(u, One)
               | Div(u, One) -> ValueSome u
               | Mul(Num -1.0, u)
               | Mul(u, Num -1.0)
               | Div(u, Num -1.0) -> ValueSome(Build.neg u)
               | Div(One, u) -> ValueSome(Build.reciprocal u)
               | _ -> ValueNone)
           rule
               "0 · x → 0"
               "a derivative that is nowhere needed"
               x
               (fun a -> Build.mul (num a[0] 0.0) a[0])
               (fun e ->
                   match e with
                   | Mul(Zero, u)
                   | Mul(u, Zero)
                   | Div(Zero, u) -> ValueSome(Build.zeros u)
                   | Sum(_, Zero) -> ValueSome(Build.zeros e)
                   | _ ->
                       match e.Op, e.Args with
                       | Op.MatMul _, [| Zero; _ |]
                       | Op.MatMul _, [| _; Zero |]
                       | Op.Pad _, [| Zero |] -> ValueSome(Build.zeros e)
                       | _ -> ValueNone)
           rule "x − x → 0" "equal terms" x (fun a -> Build.sub a[0] a[0]) (fun e ->
               match e with
               | Sub(a, b) when same a b -> ValueSome(Build.zeros e)
               | _ -> ValueNone)
           rule "−(−x) → x" "signs" x (fun a -> Build.neg (Build.neg a[0])) (fun e ->
               match e with
               | Neg(Neg u) -> ValueSome u
               | Neg(Sub(a, b)) -> ValueSome(Build.sub b a)
               | Neg(Mul(Num c, u)) -> ValueSome(Build.mul (num u -c) u)
               | _ -> ValueNone)
           rule "x + (−y) → x − y" "signs" xy (fun a -> Build.add a[0] (Build.neg a[1])) (fun e ->
               match e with
               | Add(a, Neg b) -> ValueSome(Build.sub a b)
               | Add(Neg a, b) -> ValueSome(Build.sub b a)
               | Sub(a, Neg b) -> ValueSome(Build.add a b)
               | Sub(Neg a, b) -> ValueSome(Build.neg (Build.add a b))
               | _ -> ValueNone)
           rule
               "(−x) · y → −(x · y)"
               "signs move out, where they meet others"
               xy
               (fun a -> Build.mul (Build.neg a[0]) a[1])
               (fun e ->
                   match e with
                   | Mul(Num c, Neg u)
                   | Mul(Neg u, Num c) -> ValueSome(Build.mul (num u -c) u)
                   | Div(Neg u, Num c) -> ValueSome(Build.div u (num u -c))
                   | Mul(Neg a, b)
                   | Mul(a, Neg b) -> ValueSome(Build.neg (Build.mul a b))
                   | Div(Neg a, b)
                   | Div(a, Neg b) -> ValueSome(Build.neg (Build.div a b))
                   | Sum(axes, Neg u) -> ValueSome(Build.neg (Build.sum axes u))
                   | _ -> ValueNone)
           rule
               "c · (d · x) → (c · d) · x"
               "numbers meet"
               x
               (fun a -> Build.mul (num a[0] 2.0) (Build.mul (num a[0] 3.0) a[0]))
               (fun e ->
                   match e with
                   | Mul(Num c, Mul(Num d, u)) when isOrdinary (c * d) ->
                       ValueSome(Build.mul (num u (c * d)) u)
                   | Mul(Num c, Div(u, Num d)) when d <> 0.0 && isOrdinary (c / d) ->
                       ValueSome(Build.mul (num u (c / d)) u)
                   | Mul(Num c, Div(Num d, u)) when isOrdinary (c * d) ->
                       ValueSome(Build.div (num u (c * d)) u)
                   | Div(Mul(Num c, u), Num d) when d <> 0.0 && isOrdinary (c / d) ->
                       ValueSome(Build.mul (num u (c / d)) u)
                   | Div(Div(u, Num c), Num d) when isOrdinary (c * d) ->
                       ValueSome(Build.div u (num u (c * d)))
                   | _ -> ValueNone)
           rule
               "x · c → c · x"
               "numbers in front, where other rules look for them"
               x
               (fun a -> Build.mul a[0] (num a[0] 3.0))
               (fun e ->
                   match e with
                   | Mul(u, Num c) when not (isNum u) -> ValueSome(Build.mul (num u c) u)
                   | Mul(Mul(Num c, a), b)
                   | Mul(b, Mul(Num c, a)) when not (isNum b) && isMovable c ->
                       ValueSome(Build.mul (num a c) (Build.mul a b))
                   | Div(Mul(Num c, a), b) when not (isNum b) && isMovable c ->
                       ValueSome(Build.mul (num a c) (Build.div a b))
                   | _ -> ValueNone)
           rule "x + x → 2 · x" "equal terms" x (fun a -> Build.add a[0] a[0]) (fun e ->
               match e with
               | Add(a, b) when same a b -> ValueSome(Build.mul (num a 2.0) a)
               | Add(Mul(Num c, a), Mul(Num d, b)) when same a b ->
                   ValueSome(Build.mul (num a (c + d)) a)
               | Add(a, Mul(Num c, b))
               | Add(Mul(Num c, b), a) when same a b -> ValueSome(Build.mul (num a (c + 1.0)) a)
               | Sub(Mul(Num c, a), Mul(Num d, b)) when same a b ->
                   ValueSome(Build.mul (num a (c - d)) a)
               | _ -> ValueNone)
           rule
               "x · y + x · z → x · (y + z)"
               "a common factor is multiplied once"
               xyz
               (fun a -> Build.sub (Build.mul a[0] a[1]) (Build.mul a[0] a[2]))
               (fun e ->
                   let factored join a b c d =
                       if same a c then ValueSome(Build.mul a (join b d))
                       elif same a d then ValueSome(Build.mul a (join b c))
                       elif same b c then ValueSome(Build.mul b (join a d))
                       elif same b d then ValueSome(Build.mul b (join a c))
                       else ValueNone

                   match e with
                   | Add(Mul(a, b), Mul(c, d)) -> factored Build.add a b c d
                   | Sub(Mul(a, b), Mul(c, d)) -> factored Build.sub a b c d
                   | _ -> ValueNone)
           rule
               "c · x + (−c) · y → c · (x − y)"
               "a common number is multiplied once"
               xy
               (fun a -> Build.add (Build.mul (num a[0] -3.0) a[0]) (Build.mul (num a[1] 3.0) a[1]))
               (fun e ->
                   match e with
                   | Add(Mul(Num c, a), Mul(Num d, b)) when c = -d ->
                       let positive, negative = if c > 0.0 then a, b else b, a
                       ValueSome(Build.mul (num e (abs c)) (Build.sub positive negative))
                   | Sub(Mul(Num c, a), Mul(Num d, b)) when c = -d ->
                       ValueSome(Build.mul (num e c) (Build.add a b))
                   | _ -> ValueNone)
           rule
               "x · (1/y) → x / y"
               "one division"
               [ matrix "x"; ("y", [ 3; 5 ], (0.5, 3.0)) ]
               (fun a -> Build.mul a[0] (Build.reciprocal a[1]))
               (fun e ->
                   match e with
                   | Mul(a, Reciprocal b)
                   | Mul(Reciprocal b, a) -> ValueSome(Build.div a b)
                   | Div(a, Reciprocal b) -> ValueSome(Build.mul a b)
                   | Reciprocal(Exp u) -> ValueSome(Build.exp (Build.neg u))
                   | Reciprocal(Reciprocal u) -> ValueSome u
                   | _ -> ValueNone)
           rule
               "xᵖ for simple p"
               "multiplication and roots instead of a general power"
               [ ("x", [ 3; 5 ], (0.5, 3.0)) ]
               (fun a -> Build.binary Binary.Pow a[0] (num a[0] 2.0))
               (fun e ->
                   match e with
                   | Pow(u, Num 2.0) -> ValueSome(Build.mul u u)
                   | Pow(u, Num 3.0) -> ValueSome(Build.mul u (Build.mul u u))
                   | Pow(u, Num 1.0) -> ValueSome u
                   | Pow(u, Num 0.0) -> ValueSome(Build.ones u)
                   | Pow(u, Num -1.0) -> ValueSome(Build.reciprocal u)
                   | Pow(u, Num 0.5) -> ValueSome(Build.unary Unary.Sqrt u)
                   | _ -> ValueNone)
           rule
               "sign(x) · |x| → x"
               "the derivative of |x|²/2"
               x
               (fun a -> Build.mul (Build.unary Unary.Sign a[0]) (Build.unary Unary.Abs a[0]))
               (fun e ->
                   match e with
                   | Mul(Sign a, Abs b)
                   | Mul(Abs a, Sign b) when same a b -> ValueSome a
                   | _ -> ValueNone)
           rule
               "max(x, −x) → |x|"
               "the absolute value in another form; its derivative is sign x rather than a comparison"
               x
               (fun a -> Build.binary Binary.Max a[0] (Build.neg a[0]))
               (fun e ->
                   match e with
                   | Max(a, b) when isOpposite a b -> ValueSome(Build.unary Unary.Abs a)
                   | Sub(a, b) when isOpposite a b -> ValueSome(Build.mul (num a 2.0) a)
                   | Abs(Mul(Num c, u)) ->
                       let size = Build.unary Unary.Abs u
                       ValueSome(Build.mul (num size (abs c)) size)
                   | Abs(Neg u) -> ValueSome(Build.unary Unary.Abs u)
                   | _ -> ValueNone)
           rule
               "where(c, x, x) → x"
               "the choice does not matter"
               xy
               (fun a -> Build.select (Build.less a[0] a[1]) a[1] a[1])
               (fun e ->
                   match e with
                   | Select(_, a, b) when same a b -> ValueSome a
                   | Select(Num c, a, b) -> ValueSome(if c <> 0.0 then a else b)
                   | Select(c, Select(d, a, _), b) when same c d -> ValueSome(Build.select c a b)
                   | Select(c, a, Select(d, _, b)) when same c d -> ValueSome(Build.select c a b)
                   | _ -> ValueNone)
           rule
               "where(c, x, 0) + where(c, 0, y) → where(c, x, y)"
               "the derivatives of two branches are one choice"
               xyz
               (fun a ->
                   let c = Build.less a[0] a[1]
                   let zero = Build.zeros a[0]
                   Build.add (Build.select c a[1] zero) (Build.select c zero a[2]))
               (fun e ->
                   match e with
                   | Add(Choice(k, c, a, b), Choice(m, d, x, y)) when same c d ->
                       joined c k a b m x y
                   | Sub(Choice(k, c, a, b), Choice(m, d, x, y)) when same c d ->
                       joined c k a b -m x y
                   | _ -> ValueNone)
           rule
               "k · where(c, x, 5) → where(c, k · x, k · 5)"
               "a number meets the number it multiplies"
               xy
               (fun a ->
                   let c = Build.less a[0] a[1]
                   Build.mul (num a[0] 3.0) (Build.select c a[1] (num a[0] 5.0)))
               (fun e ->
                   match e with
                   | Mul(Num k, Select(c, a, b)) when
                       isNum a && isNum b || isNonzero a || isNonzero b
                       ->
                       ValueSome(Build.select c (times k a) (times k b))
                   | _ -> ValueNone)
           rule
               "where(c, k · x, k · y) → k · where(c, x, y)"
               "a factor that both branches share is multiplied once"
               xyz
               (fun a ->
                   let c = Build.less a[0] a[1]
                   let three = num a[0] 3.0
                   Build.select c (Build.mul three a[1]) (Build.mul three a[2]))
               (fun e ->
                   match e with
                   | Select(c, Mul(Num k, a), Mul(Num m, b)) when k = m ->
                       ValueSome(Build.mul (num a k) (Build.select c a b))
                   | Select(c, Mul(Num k, a), (Zero as zero)) ->
                       ValueSome(Build.mul (num a k) (Build.select c a zero))
                   | Select(c, (Zero as zero), Mul(Num k, b)) ->
                       ValueSome(Build.mul (num b k) (Build.select c zero b))
                   | Select(c, Neg a, Neg b) -> ValueSome(Build.neg (Build.select c a b))
                   | Select(c, Neg a, (Zero as zero)) ->
                       ValueSome(Build.neg (Build.select c a zero))
                   | Select(c, (Zero as zero), Neg b) ->
                       ValueSome(Build.neg (Build.select c zero b))
                   | _ -> ValueNone)
           rule
               "where(y ≠ 0, y, 0) → y"
               "the choice changes nothing"
               x
               (fun a ->
                   let zero = Build.zeros a[0]
                   Build.select (Build.binary Binary.NotEqual a[0] zero) a[0] zero)
               (fun e ->
                   match e with
                   | Select(NotEqual(y, Zero), z, Zero) when same y z -> ValueSome y
                   | _ -> ValueNone) |]

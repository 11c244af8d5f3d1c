namespace SoftmaxScripting.Core

open System
open Pattern

/// Rewrites that make textbook formulas finite and accurate. They act on the formula before it is differentiated, so
/// that the derivative is that of the stable form, and again on the derivative.
module internal Stability =

    let private rule name why arguments formula extremes apply : Rewrite =
        { Name = name
          Kind = RewriteKind.Stability
          Why = why
          Example =
            { Arguments = arguments
              Formula = formula
              Extremes = extremes }
          Apply = apply }

    let private x = [ "x", [ 3; 5 ], (-3.0, 3.0) ]
    let private matrix name = name, [ 3; 5 ], (-3.0, 3.0)
    let private one (e: Expr) = Build.ones e

    /// log of something below any arrangement, when `form` knows the something's logarithm.
    let private logOf (form: Expr -> Expr voption) (e: Expr) =
        match e with
        | Log u -> below form u
        | _ -> ValueNone

    let private log1mexp (u: Expr) = Build.unary Unary.Log1mexp u

    /// 1 + exp u in any order.
    [<return: Struct>]
    let private (|OnePlusExp|_|) (e: Expr) =
        match e with
        | AddNum(Exp u, 1.0) -> ValueSome u
        | _ -> ValueNone

    let rules: Rewrite[] =
        [| rule
               "exp(x) / Σ exp(x) → softmax(x)"
               "exp overflows from x = 88.7 in float32, and ∞/∞ is NaN; softmax shifts each row by its maximum"
               x
               (fun a ->
                   let e = Build.exp a[0]
                   Build.div e (Build.sum [| 1 |] e))
               [ 1e4; 800.0 ]
               (fun e ->
                   let softmaxOf u (total: Expr) =
                       match total with
                       | Sum(axes, Exp v) when same u v -> ValueSome(Build.softmax axes u)
                       | _ -> ValueNone

                   match e with
                   | Div(Exp u, s) -> softmaxOf u (unspread s)
                   | Mul(Exp u, r)
                   | Mul(r, Exp u) ->
                       match unspread r with
                       | Reciprocal s -> softmaxOf u (unspread s)
                       | _ -> ValueNone
                   | _ -> ValueNone)
           rule
               "log(exp x) → x"
               "exp overflows, or underflows to 0 whose logarithm is −∞; with it log(softmax z) becomes z − log Σ exp z, also through indexing"
               x
               (fun a -> Build.log (Build.exp a[0]))
               [ 1e4; -1e4 ]
               (logOf (fun u ->
                   match u with
                   | Exp v -> ValueSome v
                   | _ -> ValueNone))
           rule
               "log Σ exp x → logsumexp x"
               "the sum of exponentials overflows although its logarithm is about max x"
               x
               (fun a -> Build.log (Build.sum [| 1 |] (Build.exp a[0])))
               [ 1e4; -1e4 ]
               (logOf (fun u ->
                   match u with
                   | Sum(axes, Exp v) -> ValueSome(Build.reduce ReduceOp.LogSumExp axes v)
                   | _ -> ValueNone))
           rule
               "log(1 + exp x) → softplus x"
               "exp overflows although the result is about x"
               x
               (fun a -> Build.log (Build.add (one a[0]) (Build.exp a[0])))
               [ 1e4; 800.0 ]
               (fun e ->
                   match e with
                   | Log1p(Exp u) -> ValueSome(Build.softplus u)
                   | _ ->
                       logOf
                           (fun u ->
                               match u with
                               | OnePlusExp v -> ValueSome(Build.softplus v)
                               | _ -> ValueNone)
                           e)
           rule
               "log σ(x) → −softplus(−x)"
               "σ underflows to 0 for very negative x, and log 0 is −∞"
               x
               (fun a -> Build.log (Build.sigmoid a[0]))
               [ -800.0; -1e4 ]
               (logOf (fun u ->
                   match u with
                   | Sigmoid v -> ValueSome(Build.neg (Build.softplus (Build.neg v)))
                   | _ -> ValueNone))
           rule
               "exp(x) / (1 + exp x) → σ(x)"
               "∞/∞ is NaN where exp overflows"
               x
               (fun a -> Build.div (Build.exp a[0]) (Build.add (one a[0]) (Build.exp a[0])))
               [ 1e4; 800.0 ]
               (fun e ->
                   match e with
                   | Div(Exp u, OnePlusExp v) when same u v -> ValueSome(Build.sigmoid u)
                   | _ -> ValueNone)
           rule
               "a / (1 + exp x) → a · σ(−x)"
               "the logistic function as a textbook writes it; its derivative through exp(x)/(1 + exp x)² is NaN where exp overflows"
               x
               (fun a -> Build.div (one a[0]) (Build.add (one a[0]) (Build.exp (Build.neg a[0]))))
               []
               (fun e ->
                   match e with
                   | Div(One, OnePlusExp u)
                   | Reciprocal(OnePlusExp u) -> ValueSome(Build.sigmoid (Build.neg u))
                   | Div(a, OnePlusExp u) -> ValueSome(Build.mul a (Build.sigmoid (Build.neg u)))
                   | _ -> ValueNone)
           rule
               "1 − σ(x) → σ(−x)"
               "the difference cancels to 0 for large x, and its logarithm is −∞"
               x
               (fun a -> Build.log (Build.sub (one a[0]) (Build.sigmoid a[0])))
               [ 800.0; 1e4 ]
               (fun e ->
                   match e with
                   | AddNum(Neg(Sigmoid u), 1.0)
                   | Sub(One, Sigmoid u) -> ValueSome(Build.sigmoid (Build.neg u))
                   | _ -> ValueNone)
           rule
               "log(1 − exp x) → log1mexp x"
               "for x near 0 the difference cancels; for very negative x it rounds to 1"
               [ "x", [ 3; 5 ], (-3.0, -0.1) ]
               (fun a -> Build.log (Build.sub (one a[0]) (Build.exp a[0])))
               [ -1e-17; -1e-300 ]
               (fun e ->
                   match e with
                   | Log1p(Neg(Exp u)) -> ValueSome(log1mexp u)
                   | _ ->
                       logOf
                           (fun u ->
                               match u with
                               | Sub(One, Exp v)
                               | Neg(Expm1 v) -> ValueSome(log1mexp v)
                               | _ -> ValueNone)
                           e)
           rule
               "log(exp a + exp b) → logaddexp(a, b)"
               "either exponential overflows although the result is about max(a, b)"
               [ matrix "a"; matrix "b" ]
               (fun a -> Build.log (Build.add (Build.exp a[0]) (Build.exp a[1])))
               [ 1e4; 800.0 ]
               (logOf (fun u ->
                   match u with
                   | Add(Exp a, Exp b) -> ValueSome(Build.binary Binary.LogAddExp a b)
                   | _ -> ValueNone))
           rule
               "log(c · eˣ) → log c + log(eˣ)"
               "a positive factor beside exponentials hides the form whose logarithm is known: log cosh x, the mean of exponentials"
               x
               (fun a ->
                   Build.log (
                       Build.scale 0.5 (Build.add (Build.exp a[0]) (Build.exp (Build.neg a[0])))
                   ))
               [ 1e4; -1e4 ]
               (logOf (fun u ->
                   let hasExponentials (v: Expr) =
                       match v with
                       | Exp _
                       | Sum(_, Exp _)
                       | Add(Exp _, Exp _)
                       | OnePlusExp _ -> true
                       | _ -> false

                   match u with
                   | Scaled(c, v) when c > 0.0 && hasExponentials v ->
                       ValueSome(Build.add (Build.like v (Math.Log c)) (Build.log v))
                   | _ -> ValueNone))
           rule
               "log(1 + x) → log1p x"
               "1 + x loses the digits of a small x"
               [ "x", [ 3; 5 ], (-0.5, 3.0) ]
               (fun a -> Build.log (Build.add (one a[0]) a[0]))
               []
               (fun e ->
                   match e with
                   | Log(AddNum(u, 1.0)) -> ValueSome(Build.unary Unary.Log1p u)
                   | Log(Sub(One, u)) -> ValueSome(Build.unary Unary.Log1p (Build.neg u))
                   | _ -> ValueNone)
           rule
               "exp(x) − 1 → expm1 x"
               "the difference cancels for small x"
               x
               (fun a -> Build.sub (Build.exp a[0]) (one a[0]))
               []
               (fun e ->
                   match e with
                   | AddNum(Exp u, -1.0) -> ValueSome(Build.unary Unary.Expm1 u)
                   | Sub(One, Exp u) -> ValueSome(Build.neg (Build.unary Unary.Expm1 u))
                   | _ -> ValueNone)
           rule
               "√(x²) → |x|"
               "the square overflows or underflows although its root does not"
               x
               (fun a -> Build.unary Unary.Sqrt (Build.mul a[0] a[0]))
               [ 1e200; 1e-200 ]
               (fun e ->
                   match e with
                   | Sqrt(Mul(a, b)) when same a b -> ValueSome(Build.unary Unary.Abs a)
                   | _ -> ValueNone)
           rule
               "exp(a) / exp(b) → exp(a − b)"
               "both sides overflow although the quotient does not"
               [ matrix "a"; matrix "b" ]
               (fun a -> Build.div (Build.exp a[0]) (Build.exp (Build.add a[0] a[1])))
               [ 1e4; 800.0 ]
               (fun e ->
                   match e with
                   | Div(Exp a, Exp b) -> ValueSome(Build.exp (Build.sub a b))
                   | _ -> ValueNone)
           rule
               "exp(a) · exp(b) → exp(a + b)"
               "∞ · 0 is NaN"
               [ matrix "a"; matrix "b" ]
               (fun a -> Build.mul (Build.exp a[0]) (Build.exp (Build.neg a[0])))
               [ 1e4; 800.0 ]
               (fun e ->
                   match e with
                   | Mul(Exp a, Exp b) -> ValueSome(Build.exp (Build.add a b))
                   | _ -> ValueNone)
           rule
               "where(c, g, 0) · d → where(c, g · d, 0)"
               "0 · ∞ is NaN: the derivative of a branch that was not taken must not count"
               [ matrix "x"; matrix "g" ]
               (fun a ->
                   let taken = Build.less (Build.zeros a[0]) (Build.unary Unary.Abs a[0])
                   Build.mul (Build.select taken a[1] (Build.zeros a[1])) (Build.reciprocal a[0]))
               [ 0.0 ]
               (fun e ->
                   match e with
                   | Mul(Select(c, g, Zero), d)
                   | Mul(d, Select(c, g, Zero)) when
                       (match d with
                        | Num _ -> false
                        | _ -> true)
                       ->
                       ValueSome(Build.select c (Build.mul g d) (Build.zeros g))
                   | Mul(Select(c, Zero, g), d)
                   | Mul(d, Select(c, Zero, g)) when
                       (match d with
                        | Num _ -> false
                        | _ -> true)
                       ->
                       ValueSome(Build.select c (Build.zeros g) (Build.mul g d))
                   | Div(Select(c, g, Zero), d) when
                       (match d with
                        | Num _ -> false
                        | _ -> true)
                       ->
                       ValueSome(Build.select c (Build.div g d) (Build.zeros g))
                   | Div(Select(c, Zero, g), d) when
                       (match d with
                        | Num _ -> false
                        | _ -> true)
                       ->
                       ValueSome(Build.select c (Build.zeros g) (Build.div g d))
                   | _ -> ValueNone) |]

namespace SoftmaxScripting.Core

open System
open SoftmaxScripting.Kernels

/// Where a function is sampled by the tests that the table drives.
type internal Domain =
    {
        Low: float
        High: float
        /// Points where a derivative jumps; differences across them mean nothing.
        Kinks: float list
    }

/// All that is to be known of an elementwise function of one argument.
type internal UnaryRow =
    {
        Op: Unary
        Name: string
        /// The formula, in terms of x.
        Text: string
        Latex: string
        Domain: Domain
        /// The value in float64, from System.Math where it is accurate.
        Reference: float -> float
        /// ∂y/∂x from x and y.
        Derivative: Expr -> Expr -> Expr
        Kernel: UnaryFunction
    }

/// All that is to be known of an elementwise function of two arguments.
type internal BinaryRow =
    {
        Op: Binary
        Name: string
        Text: string
        Latex: string
        Left: Domain
        Right: Domain
        /// The derivative jumps where the arguments are equal.
        KinkAtTie: bool
        Reference: float -> float -> float
        /// ∂y/∂a and ∂y/∂b from a, b and y.
        Partials: Expr -> Expr -> Expr -> struct (Expr * Expr)
        Kernel: BinaryFunction
    }

/// One row per op: its name, formula, domain, reference, derivative and kernel. Tests, documentation and the
/// printing of formulas are driven by it.
module internal OpTable =

    let private domain low high : Domain = { Low = low; High = high; Kinks = [] }

    let private kinked low high kinks : Domain =
        { Low = low
          High = high
          Kinks = kinks }

    let private row op name text latex domain reference derivative kernel : UnaryRow =
        { Op = op
          Name = name
          Text = text
          Latex = latex
          Domain = domain
          Reference = reference
          Derivative = derivative
          Kernel = kernel }

    let private greaterThanZero x = Build.less (Build.zeros x) x

    let unary (op: Unary) : UnaryRow =
        match op with
        | Unary.Neg ->
            row
                op
                "neg"
                "−x"
                "-x"
                (domain -3.0 3.0)
                (fun x -> -x)
                (fun x _ -> Build.like x -1.0)
                UnaryFunctions.Neg
        | Unary.Abs ->
            row
                op
                "abs"
                "|x|"
                @"\left|x\right|"
                (kinked -3.0 3.0 [ 0.0 ])
                abs
                (fun x _ -> Build.unary Unary.Sign x)
                UnaryFunctions.Abs
        | Unary.Sign ->
            row
                op
                "sign"
                "sign(x)"
                @"\operatorname{sign} x"
                (kinked -3.0 3.0 [ 0.0 ])
                (fun x -> if Double.IsNaN x then nan else float (sign x))
                (fun x _ -> Build.zeros x)
                UnaryFunctions.Sign
        | Unary.Exp ->
            row
                op
                "exp"
                "exp(x)"
                "e^{x}"
                (domain -3.0 3.0)
                Math.Exp
                (fun _ y -> y)
                UnaryFunctions.Exp
        | Unary.Expm1 ->
            row
                op
                "expm1"
                "exp(x) − 1"
                "e^{x} - 1"
                (domain -3.0 3.0)
                Reference.expm1
                (fun x _ -> Build.exp x)
                UnaryFunctions.Expm1
        | Unary.Log ->
            row
                op
                "log"
                "log(x)"
                @"\log x"
                (domain 0.1 4.0)
                Math.Log
                (fun x _ -> Build.reciprocal x)
                UnaryFunctions.Log
        | Unary.Log1p ->
            row
                op
                "log1p"
                "log(1 + x)"
                @"\log(1 + x)"
                (domain -0.8 3.0)
                Reference.log1p
                (fun x _ -> Build.reciprocal (Build.add (Build.ones x) x))
                UnaryFunctions.Log1p
        | Unary.Log1mexp ->
            row
                op
                "log1mexp"
                "log(1 − exp(x))"
                @"\log(1 - e^{x})"
                (domain -3.0 -0.2)
                // The branch that keeps its digits (Mächler 2012, "Accurately computing log(1 − exp(−|a|))").
                (fun x ->
                    if x > -Math.Log 2.0 then
                        Math.Log(-(Reference.expm1 x))
                    else
                        Reference.log1p (-(Math.Exp x)))
                (fun x _ -> Build.neg (Build.reciprocal (Build.unary Unary.Expm1 (Build.neg x))))
                UnaryFunctions.Log1mexp
        | Unary.Sqrt ->
            row
                op
                "sqrt"
                "√x"
                @"\sqrt{x}"
                (domain 0.2 4.0)
                Math.Sqrt
                (fun _ y -> Build.div (Build.like y 0.5) y)
                UnaryFunctions.Sqrt
        | Unary.Reciprocal ->
            row
                op
                "reciprocal"
                "1/x"
                @"\frac{1}{x}"
                (domain 0.3 4.0)
                (fun x -> 1.0 / x)
                (fun _ y -> Build.neg (Build.mul y y))
                UnaryFunctions.Reciprocal
        | Unary.Sin ->
            row
                op
                "sin"
                "sin(x)"
                @"\sin x"
                (domain -4.0 4.0)
                Math.Sin
                (fun x _ -> Build.unary Unary.Cos x)
                UnaryFunctions.Sin
        | Unary.Cos ->
            row
                op
                "cos"
                "cos(x)"
                @"\cos x"
                (domain -4.0 4.0)
                Math.Cos
                (fun x _ -> Build.neg (Build.unary Unary.Sin x))
                UnaryFunctions.Cos
        | Unary.Tanh ->
            row
                op
                "tanh"
                "tanh(x)"
                @"\tanh x"
                (domain -3.0 3.0)
                Math.Tanh
                (fun _ y -> Build.sub (Build.ones y) (Build.mul y y))
                UnaryFunctions.Tanh
        | Unary.Sigmoid ->
            row
                op
                "sigmoid"
                "σ(x)"
                @"\sigma(x)"
                (domain -4.0 4.0)
                Reference.sigmoid
                // σ(x)σ(−x) rather than y(1 − y), whose difference cancels for large x.
                (fun x y -> Build.mul y (Build.sigmoid (Build.neg x)))
                UnaryFunctions.Sigmoid
        | Unary.Relu ->
            row
                op
                "relu"
                "max(x, 0)"
                @"\max(x, 0)"
                (kinked -3.0 3.0 [ 0.0 ])
                (fun x -> if x > 0.0 || Double.IsNaN x then x else 0.0)
                (fun x _ -> greaterThanZero x)
                UnaryFunctions.Relu
        | Unary.Softplus ->
            row
                op
                "softplus"
                "softplus(x)"
                @"\log(1 + e^{x})"
                (domain -4.0 4.0)
                Reference.softplus
                (fun x _ -> Build.sigmoid x)
                UnaryFunctions.Softplus
        | Unary.Erf ->
            row
                op
                "erf"
                "erf(x)"
                @"\operatorname{erf} x"
                (domain -2.5 2.5)
                Reference.erf
                (fun x _ ->
                    Build.scale (2.0 / Math.Sqrt Math.PI) (Build.exp (Build.neg (Build.mul x x))))
                UnaryFunctions.Erf
        | Unary.Floor ->
            row
                op
                "floor"
                "⌊x⌋"
                @"\lfloor x \rfloor"
                (kinked -2.9 2.9 [ -2.0; -1.0; 0.0; 1.0; 2.0 ])
                Math.Floor
                (fun x _ -> Build.zeros x)
                UnaryFunctions.Floor

        | Unary.Lift ->
            row
                op
                "lift"
                "max(x, lowest)"
                "x"
                (domain -3.0 3.0)
                (fun x -> if Double.IsNegativeInfinity x then Double.MinValue else x)
                (fun x _ -> Build.ones x)
                UnaryFunctions.Lift

    let private pair op name text latex left right tie reference partials kernel : BinaryRow =
        { Op = op
          Name = name
          Text = text
          Latex = latex
          Left = left
          Right = right
          KinkAtTie = tie
          Reference = reference
          Partials = partials
          Kernel = kernel }

    let private plain = domain -3.0 3.0
    let private half x = Build.scale 0.5 x

    /// 1 where a beats b, ½ at a tie: the gradient is shared, so that max(a, b) stays symmetric.
    let private chosen (beats: Expr) (ties: Expr) = Build.add beats (half ties)

    let private comparison op name text latex kernel (test: float -> float -> bool) =
        pair
            op
            name
            text
            latex
            plain
            plain
            true
            (fun a b -> if test a b then 1.0 else 0.0)
            (fun a b _ -> struct (Build.zeros a, Build.zeros b))
            kernel

    let binary (op: Binary) : BinaryRow =
        match op with
        | Binary.Add ->
            pair
                op
                "add"
                "a + b"
                "a + b"
                plain
                plain
                false
                (+)
                (fun a b _ -> struct (Build.ones a, Build.ones b))
                BinaryFunctions.Add
        | Binary.Sub ->
            pair
                op
                "sub"
                "a − b"
                "a - b"
                plain
                plain
                false
                (-)
                (fun a b _ -> struct (Build.ones a, Build.like b -1.0))
                BinaryFunctions.Sub
        | Binary.Mul ->
            pair
                op
                "mul"
                "a · b"
                @"a\,b"
                plain
                plain
                false
                (*)
                (fun a b _ -> struct (b, a))
                BinaryFunctions.Mul
        | Binary.Div ->
            pair
                op
                "div"
                "a / b"
                @"\frac{a}{b}"
                plain
                (domain 0.5 3.0)
                false
                (/)
                (fun _ b y -> struct (Build.reciprocal b, Build.neg (Build.div y b)))
                BinaryFunctions.Div
        | Binary.Pow ->
            pair
                op
                "pow"
                "aᵇ"
                "a^{b}"
                (domain 0.3 3.0)
                (domain -2.0 3.0)
                false
                (fun a b -> Math.Pow(a, b))
                (fun a b y ->
                    let one = Build.ones b
                    // x^y log x has the limit 0 at x = 0 where y > 0; log 0 alone would make it NaN.
                    let isPositive = greaterThanZero a

                    let logarithm =
                        Build.select
                            isPositive
                            (Build.log (Build.select isPositive a one))
                            (Build.zeros a)

                    struct (Build.mul b (Build.binary Binary.Pow a (Build.sub b one)),
                            Build.mul y logarithm))
                BinaryFunctions.Pow
        | Binary.Min ->
            pair
                op
                "min"
                "min(a, b)"
                @"\min(a, b)"
                plain
                plain
                true
                (fun a b -> Math.Min(a, b))
                (fun a b _ ->
                    let tie = Build.equal a b
                    struct (chosen (Build.less a b) tie, chosen (Build.less b a) tie))
                BinaryFunctions.Min
        | Binary.Max ->
            pair
                op
                "max"
                "max(a, b)"
                @"\max(a, b)"
                plain
                plain
                true
                (fun a b -> Math.Max(a, b))
                (fun a b _ ->
                    let tie = Build.equal a b
                    struct (chosen (Build.less b a) tie, chosen (Build.less a b) tie))
                BinaryFunctions.Max
        | Binary.LogAddExp ->
            pair
                op
                "logaddexp"
                "log(exp(a) + exp(b))"
                @"\log\left(e^{a} + e^{b}\right)"
                plain
                plain
                false
                (fun a b ->
                    if a = b then
                        a + Math.Log 2.0
                    else
                        Math.Max(a, b) + Reference.log1p (Math.Exp -(abs (a - b))))
                // The shares σ(a − b) and σ(b − a): smooth at a tie, where max and |a − b| alone are not.
                (fun a b _ ->
                    let d = Build.sub a b
                    struct (Build.sigmoid d, Build.sigmoid (Build.neg d)))
                BinaryFunctions.LogAddExp
        | Binary.Less -> comparison op "less" "a < b" "a < b" BinaryFunctions.Less (<)
        | Binary.LessEqual ->
            comparison op "lessEqual" "a ≤ b" @"a \le b" BinaryFunctions.LessEqual (<=)
        | Binary.Equal -> comparison op "equal" "a = b" "a = b" BinaryFunctions.Equal (=)
        | Binary.NotEqual ->
            comparison op "notEqual" "a ≠ b" @"a \ne b" BinaryFunctions.NotEqual (<>)

    let private anyAccess =
        System.Reflection.BindingFlags.Public
        ||| System.Reflection.BindingFlags.NonPublic

    let private cases<'T> =
        FSharp.Reflection.FSharpType.GetUnionCases(typeof<'T>, anyAccess)
        |> Array.map (fun case ->
            FSharp.Reflection.FSharpValue.MakeUnion(case, [||], anyAccess) :?> 'T)

    /// Every unary op's row.
    let unaries = lazy (cases<Unary> |> Array.map unary)

    /// Every binary op's row.
    let binaries = lazy (cases<Binary> |> Array.map binary)

module SoftmaxScripting.Core.Tests.FormulaTests

open System
open Xunit
open SoftmaxScripting.Core

// ---- arithmetic as it is printed, read back by the rules of school ----

/// Numbers modulo a prime: every quotient exists but those by 0, and nothing is rounded.
module private Field =
    let prime = 2147483647L
    let wrap (a: int64) = ((a % prime) + prime) % prime

    let rec power (a: int64) (exponent: int64) =
        if exponent = 0L then
            1L
        else
            let half = power a (exponent / 2L)
            let square = half * half % prime
            if exponent % 2L = 0L then square else square * a % prime

    let divide (a: int64) (b: int64) =
        if b = 0L then
            raise (DivideByZeroException())

        a * power b (prime - 2L) % prime

    let raised (a: int64) (exponent: int) =
        if exponent < 0 then
            divide 1L (power a (int64 -exponent))
        else
            power a (int64 exponent)

/// Reads sums, products, quotients, signs, brackets and raised digits; products and quotients from left to right.
type private Reader(text: string, valueOf: string -> int64) =
    let mutable at = 0
    let raised = "⁰¹²³⁴⁵⁶⁷⁸⁹"

    let next () =
        while at < text.Length && text[at] = ' ' do
            at <- at + 1

        if at < text.Length then text[at] else '\000'

    let accept (c: char) =
        if next () = c then
            at <- at + 1
            true
        else
            false

    let takeWhile (test: char -> bool) =
        let start = at

        while at < text.Length && test text[at] do
            at <- at + 1

        text.Substring(start, at - start)

    member this.Sum() : int64 =
        let mutable total = if accept '−' then -(this.Product()) else this.Product()
        let mutable more = true

        while more do
            if accept '+' then total <- total + this.Product()
            elif accept '−' then total <- total - this.Product()
            else more <- false

        Field.wrap total

    member private this.Product() : int64 =
        let mutable total = this.Power()
        let mutable more = true

        while more do
            if accept '·' then
                total <- Field.wrap (total * this.Power())
            elif accept '/' then
                total <- Field.divide total (this.Power())
            else
                more <- false

        total

    member private this.Power() : int64 =
        let basis = this.Atom()
        let isNegative = at < text.Length && text[at] = '⁻'

        if isNegative then
            at <- at + 1

        match takeWhile raised.Contains with
        | "" -> basis
        | digits ->
            let exponent = digits |> Seq.fold (fun n d -> 10 * n + raised.IndexOf d) 0
            Field.raised basis (if isNegative then -exponent else exponent)

    member private this.Atom() : int64 =
        if accept '(' then
            let value = this.Sum()
            Assert.True(accept ')', $"a bracket stays open in {text}")
            value
        elif Char.IsDigit(next ()) then
            int64 (takeWhile Char.IsDigit)
        else
            match takeWhile Char.IsLetter with
            | "" -> failwith $"an operand is missing at {at} of {text}"
            | name -> valueOf name

    member this.All() : int64 =
        let value = this.Sum()
        Assert.True((next () = '\000'), $"{text} goes on after {at}")
        value

let private symbols = [ "a", 123456789L; "b", 987654321L; "c", 555555557L ]

let private valueOf name =
    symbols |> List.find (fst >> (=) name) |> snd

/// The meaning of a tree of arithmetic, without printing.
let rec private value (f: Formula) : int64 =
    match f with
    | Formula.Number c -> Field.wrap (int64 c)
    | Formula.Symbol(name, _) -> valueOf name
    | Formula.Neg a -> Field.wrap -(value a)
    | Formula.Add(a, b) -> Field.wrap (value a + value b)
    | Formula.Sub(a, b) -> Field.wrap (value a - value b)
    | Formula.Product(_, a, b) -> Field.wrap (value a * value b)
    | Formula.Div(a, b) -> Field.divide (value a) (value b)
    | Formula.Power(a, Formula.Number b) -> Field.raised (value a) (int b)
    | other -> failwith $"no arithmetic: {other}"

let rec private random (source: Random) depth : Formula =
    let part () = random source (depth - 1)

    match (if depth = 0 then source.Next 2 else source.Next 9) with
    | 0 -> Formula.Number(float (source.Next 7 - 3))
    | 1 -> Formula.named (fst symbols[source.Next 3])
    | 2 -> Formula.Neg(part ())
    | 3 -> Formula.Add(part (), part ())
    | 4 -> Formula.Sub(part (), part ())
    | 5 -> Formula.Product(ProductSign.Dot, part (), part ())
    | 6 -> Formula.Div(part (), part ())
    | 7 -> Formula.Power(part (), Formula.Number(float (source.Next 5 - 1)))
    | _ -> Formula.add (part ()) (part ())

/// Both values, unless something is divided by 0.
let private compared (expected: unit -> int64) (actual: unit -> int64) =
    try
        Some(struct (expected (), actual ()))
    with :? DivideByZeroException ->
        None

let private isBalanced (latex: string) =
    let count (part: string) = latex.Split(part).Length - 1

    let mutable depth = 0
    let mutable lowest = 0

    for c in latex do
        if c = '{' then
            depth <- depth + 1

        if c = '}' then
            depth <- depth - 1

        lowest <- min lowest depth

    depth = 0
    && lowest = 0
    && count @"\left" = count @"\right"
    && count @"\begin{" = count @"\end{"

[<Fact>]
let ``brackets keep the meaning of random arithmetic`` () =
    let seed = Random.Shared.Next()
    let source = Random seed
    let mutable count = 0

    for _ in 1..4000 do
        let formula = random source (source.Next 6)
        let text = Formula.text formula

        match compared (fun () -> value formula) (fun () -> Reader(text, valueOf).All()) with
        | Some(struct (expected, actual)) ->
            count <- count + 1

            if expected <> actual then
                failwith $"seed {seed}: {text} is read otherwise: {formula}"
        | None -> ()

        let latex = Formula.latex formula
        Assert.True(isBalanced latex, $"seed {seed}: {latex}")

    Assert.True(count > 2000, $"seed {seed}: only {count} formulas had a value")

[<Fact>]
let ``signs, numbers and denominators move without changing a value`` () =
    let seed = Random.Shared.Next()
    let source = Random seed
    let sizes = [ Formula.named "c" ]

    for _ in 1..2000 do
        let a, b = random source (source.Next 5), random source (source.Next 5)

        for plain, moved in
            [ Formula.Product(ProductSign.Dot, a, b), Formula.product sizes ProductSign.Dot a b
              Formula.Product(ProductSign.Dot, a, b), Formula.product sizes ProductSign.Matrix a b
              Formula.Sub(a, b), Formula.sub a b
              Formula.Add(a, b), Formula.add a b ] do
            match compared (fun () -> value plain) (fun () -> value moved) with
            | Some(struct (expected, actual)) ->
                if expected <> actual then
                    failwith $"seed {seed}: {plain} became {moved}"
            | None -> ()

[<Fact>]
let ``brackets stand only where they are needed`` () =
    let a, b, c = Formula.named "a", Formula.named "b", Formula.named "c"
    let times x y = Formula.Product(ProductSign.Dot, x, y)

    for formula, expected in
        [ Formula.Sub(a, Formula.Add(b, c)), "a − (b + c)"
          Formula.Add(a, Formula.Sub(b, c)), "a + b − c"
          times a (times b c), "a·b·c"
          times (Formula.Add(a, b)) c, "(a + b)·c"
          Formula.Div(times a b, times b c), "a·b / (b·c)"
          times a (Formula.Div(b, c)), "a·(b / c)"
          Formula.Neg(Formula.Neg a), "−(−a)"
          Formula.Power(Formula.Neg a, Formula.Number 2.0), "(−a)²"
          Formula.Power(a, Formula.Number -1.0), "a⁻¹"
          Formula.Power(a, Formula.Number 2.5), "a^2.5"
          Formula.Power(a, Formula.Number -0.5), "a^(−0.5)"
          Formula.Transposed(Formula.Add(a, b)), "(a + b)ᵀ"
          Formula.Call("sum", [ 1 ], [ Formula.Add(a, b) ]), "sum(a + b, axis 1)"
          Formula.Index(Formula.Sub(a, b), [ c ]), "(a − b)[c]"
          Formula.Number -1e-12, "−1e-12"
          Formula.Number infinity, "∞" ] do
        Assert.Equal(expected, Formula.text formula)

[<Fact>]
let ``numbers are written as they were typed`` () =
    Assert.Equal("0.1", Formula.text (Formula.Number(float 0.1f)))
    Assert.Equal("0.1", Formula.text (Formula.Number 0.1))
    Assert.Equal("0.333333", Formula.text (Formula.Number(1.0 / 3.0)))

// ---- expressions ----

let private matrix name =
    Expr.variable name (Tensor.Zeros(3, 5).Expr)

let private write (e: Expr) = (Transcription([], []).Write e).Text

[<Fact>]
let ``every elementwise op prints its argument in text and in LaTeX`` () =
    Trace.Run(fun () ->
        let x, w = matrix "argument", matrix "other"

        for row in OpTable.unaries.Value do
            let written = Transcription([], []).Write(Build.unary row.Op (Build.sub x w))
            let text, latex = Formula.text written.Body, Formula.latex written.Body
            Assert.Contains("argument − other", text)
            Assert.Contains(@"\mathit{argument} - \mathit{other}", latex)
            Assert.True(isBalanced latex, latex)

        for row in OpTable.binaries.Value do
            let written = Transcription([], []).Write(Build.binary row.Op x w)
            Assert.Contains("argument", Formula.text written.Body)
            Assert.Contains("other", Formula.text written.Body)
            Assert.True(isBalanced (Formula.latex written.Body)))

[<Fact>]
let ``ops are written in the field's notation`` () =
    Trace.Run(fun () ->
        let x, w = matrix "x", matrix "w"
        let labels = Expr.variable "y" (Tensor.Of([| 0; 1; 2 |]).Expr)
        let row = Build.sum [| 1 |] x

        for e, expected in
            [ Build.sigmoid x, "σ(x)"
              Build.unary Unary.Abs x, "|x|"
              Build.unary Unary.Relu x, "max(x, 0)"
              Build.unary Unary.Floor x, "⌊x⌋"
              Build.unary Unary.Log1p x, "log1p(x)"
              Build.binary Binary.Max x w, "max(x, w)"
              Build.binary Binary.LessEqual x w, "x ≤ w"
              Build.softmax [| 1 |] x, "softmax(x)"
              Build.softmax [| 0 |] x, "softmax(x, axis 0)"
              Build.logSoftmax [| 1 |] x, "log softmax(x)"
              row, "sum(x, axis 1)"
              Build.div x row, "x / sum(x, axis 1)"
              Build.sum [| 0; 1 |] x, "sum(x)"
              Build.div (Build.sum [| 0; 1 |] x) (Build.scalar x.DType 15.0), "mean(x)"
              Build.scale (2.0 / 15.0) (Build.sum [| 0; 1 |] x), "2·mean(x)"
              Build.scale 0.5 (Build.sum [| 1 |] x), "0.5·sum(x, axis 1)"
              Build.pick 1 x labels, "x[y]"
              Build.oneHot x.DType 5 labels, "onehot(y)"
              Build.matMul false true x w, "x·wᵀ"
              Build.mul (Build.matMul false true x w) (Build.matMul false true w x),
              "(x·wᵀ) ⊙ (w·xᵀ)"
              Build.matMul true false (Build.scale 2.0 x) w, "(2·x)ᵀ·w"
              Build.mul (Build.sub x w) (Build.sub x w), "(x − w)²"
              Build.select (Build.less x w) x w, "where(x < w, x, w)"
              Build.reshape (Shape.Of(3, 1, 5)) x, "x"
              Build.reshape (Shape.Of 15) x, "reshape(x, [15])"
              Build.permute [| 1; 0 |] x, "xᵀ"
              Build.slice [| 1; 0 |] [| 1; 1 |] [| 2; 5 |] x, "x[1..3, ..]" ] do
            Assert.Equal(expected, write e))

[<Fact>]
let ``what is long and shared is named once, what is short is repeated`` () =
    Trace.Run(fun () ->
        let x, w = matrix "prediction", matrix "target"
        let r = Build.sub x w

        Assert.Equal(
            "|r| + r\n  with r = prediction − target",
            write (Build.add (Build.unary Unary.Abs r) r)
        )

        let e = Build.exp (matrix "x")
        Assert.Equal("exp(x) + log1p(exp(x))", write (Build.add e (Build.unary Unary.Log1p e))))

[<Fact>]
let ``a name that an argument has is not given again`` () =
    Trace.Run(fun () ->
        let x, r = matrix "prediction", matrix "r"
        let d = Build.sub x r

        let written =
            Transcription([], [ "r" ]).Write(Build.add (Build.unary Unary.Abs d) d)

        Assert.Equal("|r₂| + r₂\n  with r₂ = prediction − r", written.Text))

[<Fact>]
let ``a graph that shares at every step is written in a length that grows with its nodes`` () =
    let length steps =
        Trace.Run(fun () ->
            let mutable e = matrix "x"

            for _ in 1..steps do
                e <- Build.mul (Build.unary Unary.Sin e) (Build.add e (Build.unary Unary.Cos e))

            let written = Transcription([], []).Write e
            Assert.True(written.Definitions.Length <= 2 * steps)
            written.Text.Length + (Formula.latex written.Body).Length)

    let short, long = length 25, length 125
    Assert.True(long < 8 * short, $"{short} characters for 100 nodes, {long} for 500")

[<Fact>]
let ``a chain of thousands of nodes is written without recursion into it`` () =
    Trace.Run(fun () ->
        let mutable e = matrix "x"

        for _ in 1..20000 do
            e <- Build.unary Unary.Sin e

        Assert.True((write e).Length < 20000 * 20))

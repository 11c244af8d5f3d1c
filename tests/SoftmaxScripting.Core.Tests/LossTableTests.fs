/// Every loss of the table against its closed form, value and gradient, over its common options; the page of losses.
module SoftmaxScripting.Core.Tests.LossTableTests

open System
open System.IO
open SoftmaxScripting.Core
open SoftmaxScripting.Core.Tests.LossReferences
open Xunit

let private rowCount, private width = 5, 4
let private dtypes = [ DType.Float32; DType.Float64 ]
let private reductions = [ Reduction.None; Reduction.Mean; Reduction.Sum ]

/// As float32 holds it, so that both precisions start from the same numbers.
let private single (x: float) = float (float32 x)

let private normalised (rows: float[]) =
    rows
    |> Array.chunkBySize width
    |> Array.collect (fun row -> row |> Array.map (fun v -> single (v / Array.sum row)))

/// Inputs of a loss, without kinks nearby.
let private sample (random: Random) inputs : float[][] =
    let count = rowCount * width

    let fill (f: unit -> float) =
        Array.init count (fun _ -> single (f ()))

    let between low high () =
        low + (high - low) * random.NextDouble()

    let oneOf (values: float[]) () = values[random.Next values.Length]

    let apart (a: float[]) =
        // Residuals away from 0 and from the joints at 0.75.
        a
        |> Array.map (fun v ->
            single (v + oneOf [| -2.0; -0.5; -0.125; 0.25; 1.5 |] () + between -0.05 0.05 ()))

    match inputs with
    | LossInputs.Numbers ->
        let y = fill (fun () -> oneOf [| -1.0; 1.0 |] () * between 0.5 3.0 ())
        [| apart y; y |]
    | LossInputs.Positive -> [| fill (between 0.1 4.0); fill (between 0.1 4.0) |]
    | LossInputs.Counts -> [| fill (between -2.0 2.0); fill (between 0.1 4.0) |]
    | LossInputs.NumbersAndVariance ->
        let y = fill (between -2.0 2.0)
        [| apart y; y; fill (between 0.3 3.0) |]
    | LossInputs.Probabilities ->
        [| fill (between 0.03 0.97); fill (oneOf [| 0.0; 1.0; 0.25; 0.7 |]) |]
    | LossInputs.BinaryLogits ->
        [| fill (between -6.0 6.0); fill (oneOf [| 0.0; 1.0; 0.25; 0.7 |]) |]
    | LossInputs.Signs -> [| fill (between -1.2 1.2); fill (oneOf [| -1.0; 1.0 |]) |]
    | LossInputs.Labels ->
        [| fill (between -4.0 4.0)
           Array.init rowCount (fun _ -> float (random.Next width)) |]
    | LossInputs.Distributions ->
        let y = fill (oneOf [| 0.0; 0.5; 1.0; 2.0 |])

        for i in 0 .. rowCount - 1 do
            y[i * width + i % width] <- 1.0

        [| fill (between -3.0 3.0); normalised y |]
    | LossInputs.PositiveDistributions ->
        [| fill (between -3.0 3.0); normalised (fill (between 0.1 1.0)) |]
    | LossInputs.MultiLabels -> [| fill (between -5.0 5.0); fill (oneOf [| 0.0; 1.0; 0.3 |]) |]
    | LossInputs.Vectors -> [| fill (between -2.0 2.0); fill (between -2.0 2.0) |]
    | LossInputs.Triplets ->
        [| fill (between -1.0 1.0); fill (between -2.0 2.0); fill (between -1.0 1.0) |]

/// The losses by closed form, with the derivative of each in element `seed` of input `which`.
let private closedForm form (inputs: float[][]) which seed : Dual[] =
    let dual k =
        inputs[k]
        |> Array.mapi (fun i v ->
            { V = v
              D = (if k = which && i = seed then 1.0 else 0.0) })

    let input k =
        if k < inputs.Length then dual k else dual 0

    let rows k = input k |> Array.chunkBySize width

    match form with
    | Element f -> Array.map3 f (input 0) (input 1) (input 2)
    | Row f -> Array.map3 f (rows 0) (rows 1) (rows 2)
    | Divergence f -> Array.map2 (fun o y -> f (Dual.logSoftmax o) y) (rows 0) (rows 1)
    | Label f -> Array.map2 (fun o (y: float) -> f o (int y)) (rows 0) inputs[1]
    | Surprise f ->
        Array.map2
            (fun o (y: float) -> (Dual.logSoftmax o |> Array.item (int y)) |> f)
            (rows 0)
            inputs[1]

/// Weighted and reduced: the numbers, and the gradient of their sum.
let private reduced reduction (weights: float[]) (losses: Dual[]) =
    let weighted =
        Array.map2
            (fun w (l: Dual) -> if w = 0.0 then Dual.number 0.0 else Dual.number w * l)
            weights
            losses

    match reduction with
    | Reduction.None -> weighted
    | Reduction.Sum -> [| Dual.sum weighted |]
    | _ ->
        let total = Array.sum weights

        [| if total = 0.0 then
               Dual.number 0.0
           else
               Dual.sum weighted / Dual.number total |]

let private shaped inputs k (values: float[]) (dtype: DType) =
    match inputs, k with
    | LossInputs.Labels, 1 -> Tensor.Of(values |> Array.map int)
    | _ -> Tensor.Of(values).Reshape(rowCount, width).To dtype

[<Fact>]
let ``every loss has a closed form, and every closed form a loss`` () =
    let names = LossTable.rows |> Array.map (fun r -> r.Name)
    Assert.Equal<string>(Array.sort names, forms.Keys |> Seq.toArray |> Array.sort)

    let members =
        [ typeof<Loss>; typeof<BinaryLosses>; typeof<RegressionLosses> ]
        |> Seq.collect (fun t -> t.GetMethods())
        |> Seq.filter (fun m -> m.IsStatic)
        |> Seq.map (fun m -> m.Name)
        |> Seq.distinct
        |> Seq.sort

    Assert.Equal<string>(Array.sort names, members)

[<Fact>]
let ``every loss is its closed form, value and gradient, over every common option`` () =
    let seed = Random.Shared.Next()
    let random = Random seed

    for row in LossTable.rows do
        let form = forms[row.Name]
        let inputs = sample random row.Inputs
        // Nll takes logarithms of probabilities.
        let inputs, form =
            if row.Name = "Nll" then
                inputs, Label(fun o y -> -o[y])
            else
                inputs, form

        let isElement =
            match form with
            | Element _ -> true
            | _ -> false

        let count = if isElement then rowCount * width else rowCount
        let perRow = if isElement then width else 1
        let rowWeights = Array.init rowCount (fun _ -> single (0.25 + random.NextDouble()))
        let fullWeights = Array.init count (fun _ -> single (0.25 + random.NextDouble()))
        let lossShape = if isElement then [| rowCount; width |] else [| rowCount |]

        let weightings =
            [ "unweighted", null, Array.create count 1.0
              "row weights",
              Tensor.Of rowWeights,
              Array.init count (fun i -> rowWeights[i / perRow])
              "weights", Tensor.Of(fullWeights).Reshape lossShape, fullWeights ]

        let some = Array.init count (fun i -> if i % 3 = 1 then 0.0 else 1.0)

        let masks =
            [ "unmasked", null, Array.create count 1.0
              "masked", Tensor.Of(some).Reshape lossShape, some
              "all masked",
              Tensor.Of(Array.zeroCreate<float> count).Reshape lossShape,
              Array.zeroCreate count ]

        let derivatives =
            [| for i in 0 .. rowCount * width - 1 -> closedForm form inputs 0 i |]

        for dtype in dtypes do
            for weighting, weight, w in weightings do
                for masking, mask, m in masks do
                    // What is masked holds nonsense.
                    let spoilt k (values: float[]) =
                        if isNull mask then
                            values
                        else
                            let each = values.Length / count

                            values
                            |> Array.mapi (fun i v ->
                                if m[i / each] <> 0.0 then v
                                elif row.Inputs = LossInputs.Labels && k = 1 then -7.0
                                else nan)

                    let x = inputs |> Array.mapi (fun k v -> shaped row.Inputs k (spoilt k v) dtype)
                    let weights = Array.map2 (*) w m
                    let magnitude = inputs |> Seq.collect id |> Seq.map abs |> Seq.max

                    for reduction in reductions do
                        let label =
                            $"seed {seed}: {row.Name} {dtype} {reduction}, {weighting}, {masking}"

                        let expected =
                            reduced reduction weights derivatives[0] |> Array.map (fun d -> d.V)

                        let loss (p: Tensor) =
                            row.Call (Array.append [| p |] x[1..]) reduction weight mask

                        let value = loss x[0]
                        Assert.Equal(dtype, value.DType)
                        near label dtype magnitude expected (value.ToDoubles())

                        let slope =
                            derivatives
                            |> Array.map (fun d ->
                                (reduced reduction weights d |> Array.sumBy (fun d -> d.D)))

                        let gradient =
                            Differentiation.Gradient((fun p -> (loss p).Sum()), x[0]).ToDoubles()

                        near $"{label}, gradient" dtype magnitude slope gradient

let private page =
    let rec above (folder: DirectoryInfo) =
        if File.Exists(Path.Combine(folder.FullName, "SoftmaxScripting.sln")) then
            Path.Combine(folder.FullName, "docs", "losses.md")
        else
            above folder.Parent

    above (DirectoryInfo AppContext.BaseDirectory)

[<Fact>]
let ``the page of losses is up to date`` () =
    // UPDATE_DOCS=1 writes it.
    if Environment.GetEnvironmentVariable "UPDATE_DOCS" = "1" then
        Directory.CreateDirectory(Path.GetDirectoryName page) |> ignore
        File.WriteAllText(page, LossTable.page ())

    Assert.True(File.Exists page, "docs/losses.md is missing: run this test with UPDATE_DOCS=1")
    Assert.Equal(LossTable.page (), File.ReadAllText(page).Replace("\r\n", "\n"))

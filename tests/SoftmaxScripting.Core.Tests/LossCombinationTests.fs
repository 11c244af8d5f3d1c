/// What only losses of rows take (class weights, ignored labels, smoothing, margins, probabilities, axes), crossed with weights,
/// masks and reductions: every combination against closed forms, value and gradient.
module SoftmaxScripting.Core.Tests.LossCombinationTests

open System
open SoftmaxScripting.Core
open SoftmaxScripting.Core.Tests.LossReferences
open Xunit

let private single (x: float) = float (float32 x)
let private n, k = 4, 3
let private maskedRow, private ignoredRow = 1, 2
let private ignoredLabel = -100
let private ones count = Array.create count 1.0
let private labels = [| 2; 0; 1; 2 |]

let private hot =
    labels
    |> Array.collect (fun l -> Array.init k (fun j -> if j = l then 1.0 else 0.0))

/// The numbers of a test, as float32 holds them.
type private Sample(seed: int) =
    let random = Random seed

    let fill count low high =
        Array.init count (fun _ -> single (low + (high - low) * random.NextDouble()))

    let normalised (rows: float[]) =
        rows
        |> Array.chunkBySize k
        |> Array.collect (fun r -> r |> Array.map (fun v -> single (v / Array.sum r)))

    member val Logits = fill (n * k) -4.0 4.0
    member val LogProbabilities = fill (n * k) -4.0 -0.05
    member val Positive = fill (n * k) 0.1 1.0
    member val Shares = fill (n * k) 0.0 1.0
    member val Soft = normalised (fill (n * k) 0.05 1.0)
    member val RowWeights = fill n 0.25 1.5
    member val ClassWeights = fill k 0.25 2.0
    member val Cotangent = fill n 0.25 2.0

    /// Logits whose differences stay 1/32 away from every multiple of 1/4, where the hinges of the margins lie.
    member val Hinged =
        fill (n * k) (-1.0 / 64.0) (1.0 / 64.0)
        |> Array.mapi (fun i v ->
            single (v + float (random.Next(-8, 9)) / 4.0 + float (i % k) / 16.0))

    member _.Seed = seed

type private Target =
    | Labels
    | Rows of float[]

/// What every loss of rows takes.
type private Common =
    { Reduction: Reduction
      Weight: Tensor
      Mask: Tensor
      Axis: int }

/// A loss with its own options chosen.
type private Case =
    {
        Name: string
        Prediction: float[]
        Target: Target
        IsIgnoring: bool
        /// What each row adds to the divisor of a mean besides its weight.
        Divisors: float[]
        /// The loss of a row by definition.
        RowLoss: int -> Dual[] -> Dual
        Call: Tensor -> Tensor -> Nullable<int> -> Common -> Tensor
    }

/// Rows as a tensor with the classes along this axis of two.
let private arranged axis (rows: float[]) (dtype: DType) =
    let x = Tensor.Of(rows).Reshape(n, k).To dtype
    if axis = 0 then x.T else x

/// The numbers that a reduction makes of the losses of rows.
let private reduced reduction (weights: float[]) (divisors: float[]) (rows: Dual[]) =
    let weighted = Array.map2 (fun w (l: Dual) -> Dual.number w * l) weights rows

    match reduction with
    | Reduction.None -> weighted
    | Reduction.Sum -> [| Dual.sum weighted |]
    | _ ->
        let divisor = Array.map2 (*) weights divisors |> Array.sum
        [| Dual.sum weighted / Dual.number divisor |]

/// Holds a case to its closed form over weights, masks, axes, reductions and precisions.
let private holds (sample: Sample) (case: Case) =
    // The losses of the rows, with the derivative in each element.
    let closed =
        [| for seed in 0 .. n * k - 1 ->
               case.Prediction
               |> Array.mapi (fun i v ->
                   { V = v
                     D = (if i = seed then 1.0 else 0.0) })
               |> Array.chunkBySize k
               |> Array.mapi case.RowLoss |]

    let isIgnored row = case.IsIgnoring && row = ignoredRow

    let magnitude =
        match case.Target with
        | Labels -> case.Prediction
        | Rows y -> Array.append case.Prediction y
        |> Seq.map abs
        |> Seq.max

    let ignoreIndex =
        if case.IsIgnoring then
            Nullable ignoredLabel
        else
            Nullable()

    for isWeighted in [ false; true ] do
        for isMasked in [ false; true ] do
            let isHidden row =
                (isMasked && row = maskedRow) || isIgnored row

            // What does not count holds nonsense.
            let spoilt (rows: float[]) =
                rows |> Array.mapi (fun i v -> if isHidden (i / k) then nan else v)

            let weights =
                (if isWeighted then sample.RowWeights else ones n)
                |> Array.mapi (fun i w -> if isHidden i then 0.0 else w)

            for dtype in [ DType.Float32; DType.Float64 ] do
                for axis in [ 0; -1 ] do
                    let x = arranged axis (spoilt case.Prediction) dtype

                    let target =
                        match case.Target with
                        | Rows y -> arranged axis (spoilt y) dtype
                        | Labels ->
                            labels
                            |> Array.mapi (fun i l ->
                                if isIgnored i then ignoredLabel
                                elif isHidden i then -7
                                else l)
                            |> Tensor.Of

                    for reduction in [ Reduction.None; Reduction.Mean; Reduction.Sum ] do
                        let label =
                            $"seed {sample.Seed}: {case.Name} {dtype} {reduction}, "
                            + $"weights {isWeighted}, mask {isMasked}, ignored {case.IsIgnoring}, axis {axis}"

                        let loss p =
                            case.Call
                                p
                                target
                                ignoreIndex
                                { Reduction = reduction
                                  Weight =
                                    (if isWeighted then Tensor.Of sample.RowWeights else null)
                                  Mask =
                                    (if isMasked then
                                         Tensor.Of(
                                             Array.init n (fun i ->
                                                 if i = maskedRow then 0.0f else 1.0f)
                                         )
                                     else
                                         null)
                                  Axis = axis }

                        let expected = closed |> Array.map (reduced reduction weights case.Divisors)
                        let value = loss x
                        Assert.Equal(dtype, value.DType)
                        let values = expected[0] |> Array.map (fun d -> d.V)
                        near label dtype magnitude values (value.ToDoubles())

                        // Each loss of a row enters the sum with a factor of its own.
                        let factors =
                            if reduction = Reduction.None then
                                sample.Cotangent
                            else
                                ones 1

                        let slope =
                            expected
                            |> Array.map (Array.map2 (fun f d -> f * d.D) factors >> Array.sum)

                        let cotangent = Tensor.Of(factors).To dtype

                        let gradient =
                            Differentiation.Gradient((fun p -> (loss p * cotangent).Sum()), x)

                        let gradient = if axis = 0 then gradient.T else gradient

                        near $"{label}, gradient" dtype magnitude slope (gradient.ToDoubles())

let private onNewSample (cases: Sample -> Case seq) =
    let sample = Sample(Random.Shared.Next())

    for case in cases sample do
        holds sample case

/// Labels with and without one that is ignored, one-hot rows and soft rows.
let private targets (sample: Sample) =
    [ "labels", Labels, false
      "labels", Labels, true
      "one-hot", Rows hot, false
      "soft", Rows sample.Soft, false ]

let private rowOf (values: float[]) i = values[i * k .. i * k + k - 1]

/// Σ t c f(log p) of a row, with the target smoothed.
let private expected (f: Dual -> Dual) (y: float[]) smoothing (c: float[]) i (l: Dual[]) =
    Dual.sum (
        seq {
            for j in 0 .. k - 1 do
                let t = (1.0 - smoothing) * y[i * k + j] + smoothing / float k

                if t * c[j] <> 0.0 then
                    Dual.number (t * c[j]) * f l[j]
        }
    )

/// Σ y c of each row, the divisor that class weights bring.
let private divisorsOf (y: float[]) (c: float[]) =
    Array.init n (fun i -> Array.map2 (*) (rowOf y i) c |> Array.sum)

let private surpriseOf name =
    match forms[name] with
    | Surprise f -> f
    | _ -> failwith $"{name} is no expected surprise"

let private classWeightOf (c: float[] option) : Tensor =
    match c with
    | Some c -> Tensor.Of c
    | None -> null

type private Own =
    { Smoothing: float
      ClassWeight: float[] option
      FromLogits: bool }

let private surprises
    : (string * (Own -> Tensor -> Tensor -> Nullable<int> -> Common -> Tensor)) list =
    [ "CrossEntropy",
      (fun own p y i o ->
          let c = classWeightOf own.ClassWeight

          Loss.CrossEntropy(
              p,
              y,
              own.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              c,
              i,
              own.FromLogits,
              o.Axis
          ))
      "Focal",
      (fun own p y i o ->
          let c = classWeightOf own.ClassWeight

          Loss.Focal(
              p,
              y,
              1.5,
              own.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              c,
              i,
              own.FromLogits,
              o.Axis
          ))
      "Poly",
      (fun own p y i o ->
          let c = classWeightOf own.ClassWeight

          Loss.Poly(
              p,
              y,
              2.0,
              own.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              c,
              i,
              own.FromLogits,
              o.Axis
          ))
      "GeneralizedCrossEntropy",
      (fun own p y i o ->
          let c = classWeightOf own.ClassWeight

          Loss.GeneralizedCrossEntropy(
              p,
              y,
              0.7,
              own.Smoothing,
              o.Reduction,
              o.Weight,
              o.Mask,
              c,
              i,
              own.FromLogits,
              o.Axis
          )) ]

[<Theory>]
[<InlineData("CrossEntropy")>]
[<InlineData("Focal")>]
[<InlineData("Poly")>]
[<InlineData("GeneralizedCrossEntropy")>]
let ``expected surprises are their closed forms over every combination of options`` name =
    let call = surprises |> List.find (fun (n, _) -> n = name) |> snd

    onNewSample (fun sample ->
        seq {
            for fromLogits in [ true; false ] do
                for kind, target, isIgnoring in targets sample do
                    for smoothing in [ 0.0; 0.125 ] do
                        for classWeight in [ None; Some sample.ClassWeights ] do
                            let y =
                                match target with
                                | Rows y -> y
                                | Labels -> hot

                            let c = defaultArg classWeight (ones k)
                            let logOf = if fromLogits then Dual.logSoftmax else Array.map Dual.log

                            { Name =
                                $"{name} of {kind}, logits {fromLogits}, smoothing {smoothing}, class weights {classWeight.IsSome}"
                              Prediction = if fromLogits then sample.Logits else sample.Positive
                              Target = target
                              IsIgnoring = isIgnoring
                              Divisors = if classWeight.IsSome then divisorsOf y c else ones n
                              RowLoss =
                                fun i o -> expected (surpriseOf name) y smoothing c i (logOf o)
                              Call =
                                call
                                    { Smoothing = smoothing
                                      ClassWeight = classWeight
                                      FromLogits = fromLogits } }
        })

[<Fact>]
let ``the negative log-likelihood is its closed form over every combination of options`` () =
    onNewSample (fun sample ->
        seq {
            for kind, target, isIgnoring in targets sample do
                for classWeight in [ None; Some sample.ClassWeights ] do
                    let y =
                        match target with
                        | Rows y -> y
                        | Labels -> hot

                    let c = defaultArg classWeight (ones k)
                    let given = classWeightOf classWeight

                    { Name = $"Nll of {kind}, class weights {classWeight.IsSome}"
                      Prediction = sample.LogProbabilities
                      Target = target
                      IsIgnoring = isIgnoring
                      Divisors = if classWeight.IsSome then divisorsOf y c else ones n
                      RowLoss = expected (surpriseOf "Nll") y 0.0 c
                      Call =
                        fun p y i o ->
                            Loss.Nll(p, y, o.Reduction, o.Weight, o.Mask, given, i, o.Axis) }
        })

[<Fact>]
let ``the multi-class margin is its closed form over every combination of options`` () =
    onNewSample (fun sample ->
        seq {
            for margin in [ 0.5; 1.25 ] do
                for isIgnoring in [ false; true ] do
                    for classWeight in [ None; Some sample.ClassWeights ] do
                        let c = defaultArg classWeight (ones k)
                        let given = classWeightOf classWeight

                        { Name = $"MultiClassMargin {margin}, class weights {classWeight.IsSome}"
                          Prediction = sample.Hinged
                          Target = Labels
                          IsIgnoring = isIgnoring
                          Divisors = divisorsOf hot c
                          RowLoss =
                            fun i o ->
                                Dual.number c[labels[i]] * multiClassMargin margin o labels[i]
                          Call =
                            fun p y i o ->
                                Loss.MultiClassMargin(
                                    p,
                                    y,
                                    margin,
                                    o.Reduction,
                                    o.Weight,
                                    o.Mask,
                                    given,
                                    i,
                                    o.Axis
                                ) }
        })

[<Fact>]
let ``the loss of independent labels is its closed form over every combination of options`` () =
    onNewSample (fun sample ->
        seq {
            for kind, y in [ "one-hot", hot; "soft", sample.Shares ] do
                for classWeight in [ None; Some sample.ClassWeights ] do
                    let c = defaultArg classWeight (ones k)
                    let given = classWeightOf classWeight

                    { Name = $"MultiLabel of {kind}, class weights {classWeight.IsSome}"
                      Prediction = sample.Logits
                      Target = Rows y
                      IsIgnoring = false
                      Divisors = ones n
                      RowLoss = fun i o -> multiLabel c o (rowOf y i |> Array.map Dual.number)
                      Call =
                        fun p y _ o ->
                            Loss.MultiLabel(p, y, o.Reduction, o.Weight, o.Mask, given, o.Axis) }
        })

[<Fact>]
let ``divergences are their closed forms over every combination of options`` () =
    let call name fromLogits p y _ o =
        match name with
        | "Kl" -> Loss.Kl(p, y, o.Reduction, o.Weight, o.Mask, fromLogits, o.Axis)
        | "ReverseKl" -> Loss.ReverseKl(p, y, o.Reduction, o.Weight, o.Mask, fromLogits, o.Axis)
        | _ -> Loss.JensenShannon(p, y, o.Reduction, o.Weight, o.Mask, fromLogits, o.Axis)

    onNewSample (fun sample ->
        seq {
            for name in [ "Kl"; "ReverseKl"; "JensenShannon" ] do
                let form =
                    match forms[name] with
                    | Divergence f -> f
                    | _ -> failwith $"{name} is no divergence"

                // The reverse divergence from a target with zeros is infinite.
                for kind, y in
                    [ "soft", sample.Soft
                      if name <> "ReverseKl" then
                          "one-hot", hot ] do
                    for fromLogits in [ true; false ] do
                        let logOf = if fromLogits then Dual.logSoftmax else Array.map Dual.log

                        { Name = $"{name} of {kind}, logits {fromLogits}"
                          Prediction = if fromLogits then sample.Logits else sample.Positive
                          Target = Rows y
                          IsIgnoring = false
                          Divisors = ones n
                          RowLoss = fun i o -> form (logOf o) (rowOf y i |> Array.map Dual.number)
                          Call = call name fromLogits }
        })

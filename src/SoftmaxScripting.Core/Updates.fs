namespace SoftmaxScripting.Core

open System
open System.Runtime.InteropServices

/// <summary>
/// Parameters that share the numbers of their update. Where a number is not given, the optimiser's own holds.
/// </summary>
[<Sealed>]
type ParameterGroup
    (name: string, contains: Func<string, bool>, rate: float, weightDecay: Nullable<float>) =

    /// <summary>How messages and listings call it.</summary>
    member _.Name = name

    /// <summary>Whether the parameter of this name belongs to it.</summary>
    member _.Contains(parameter: string) = contains.Invoke parameter

    /// <summary>What the optimiser's learning rate is multiplied with.</summary>
    member _.Rate = rate

    /// <summary>λ in place of the optimiser's own; null for that one.</summary>
    member _.WeightDecay = weightDecay

/// <summary>What an update sees of one parameter; all tensors have the parameter's dtype.</summary>
[<Sealed>]
type UpdateSite
    internal
    (name: string, parameter: Tensor, direction: Tensor, state: Tensor[], numbers: Tensor[]) =

    /// <summary>The parameter's name.</summary>
    member _.Name = name

    /// <summary>The parameter before the step.</summary>
    member _.Parameter = parameter

    /// <summary>What came out of the updates before this one; at first the gradient.</summary>
    member _.Direction = direction

    /// <summary>The tensors kept for the parameter, in its shape; zeros before the first step.</summary>
    member _.State = state

    /// <summary>The update's numbers in this step.</summary>
    member _.Numbers = numbers

/// <summary>
/// One link of an optimiser: it turns directions into other directions, as pure formulas that become part of the training
/// step's plan. Numbers are arguments of the plan and may differ from step to step.
/// </summary>
[<AbstractClass>]
type Update() =

    /// <summary>What it keeps for each parameter, by name: tensors in the parameter's shape, zeros at first.</summary>
    abstract StateNames: string[]

    default _.StateNames = [||]

    /// <summary>What besides shapes decides its formulas.</summary>
    abstract Form: int[]

    default _.Form = [||]

    /// <summary>The numbers of its formulas in step t = 1, 2, … for the parameters of a group.</summary>
    abstract Numbers: step: int64 * group: ParameterGroup -> float[]

    default _.Numbers(_, _) = [||]

    /// <summary>For each parameter the new direction and the new state.</summary>
    abstract ApplyAll: sites: UpdateSite[] -> struct (Tensor * Tensor[])[]

/// <summary>An update that treats every parameter by itself.</summary>
[<AbstractClass>]
type ParameterUpdate() =
    inherit Update()

    /// <summary>The new direction and the new state of one parameter.</summary>
    abstract Apply: site: UpdateSite -> struct (Tensor * Tensor[])

    override this.ApplyAll sites = sites |> Array.map this.Apply

module internal UpdateChecks =

    let number (value: float) : Tensor = Tensor.op_Implicit value

    let refuse owner what (value: float) rule =
        raise (SoftmaxException $"{owner}: the {what} is {value}; it must {rule}.")

    let share owner what (value: float) =
        if not (value >= 0.0 && value < 1.0) then
            refuse owner what value "be at least 0 and below 1"

    let positive owner what (value: float) =
        if not (value > 0.0 && value < infinity) then
            refuse owner what value "be above 0"

    let notNegative owner what (value: float) =
        if not (value >= 0.0 && value < infinity) then
            refuse owner what value "not be negative"

    /// xⁿ by products alone, which are the same on every machine.
    let power (x: float) (n: int64) =
        let mutable result, factor, rest = 1.0, x, n

        while rest > 0L do
            if rest &&& 1L = 1L then
                result <- result * factor

            factor <- factor * factor
            rest <- rest >>> 1

        result

/// <summary>
/// d + λp. Before the other updates it is the gradient of ½λ‖p‖² (L2 regularisation), after them decoupled weight decay
/// (Loshchilov and Hutter 2019, "Decoupled Weight Decay Regularization").
/// </summary>
[<Sealed>]
type WeightDecay(decay: float) =
    inherit ParameterUpdate()

    do UpdateChecks.notNegative "WeightDecay" "weight decay" decay

    override _.Numbers(_, group) =
        [| group.WeightDecay.GetValueOrDefault decay |]

    override _.Apply site =
        struct (site.Direction + site.Numbers[0] * site.Parameter, [||])

/// <summary>
/// v ← μv + d, and v takes the place of d, or with Nesterov's form d + μv (Sutskever et al. 2013, in the form of PyTorch: the
/// velocity begins as the first direction).
/// </summary>
[<Sealed>]
type Momentum(momentum: float, [<Optional; DefaultParameterValue(false)>] nesterov: bool) =
    inherit ParameterUpdate()

    do UpdateChecks.share "Momentum" "momentum" momentum

    override _.StateNames = [| "velocity" |]
    override _.Form = [| (if nesterov then 1 else 0) |]
    override _.Numbers(_, _) = [| momentum |]

    override _.Apply site =
        let velocity = site.Numbers[0] * site.State[0] + site.Direction

        struct ((if nesterov then
                     site.Direction + site.Numbers[0] * velocity
                 else
                     velocity),
                [| velocity |])

/// <summary>
/// m ← β₁m + (1 − β₁)d; v ← β₂v + (1 − β₂)d²; the direction is m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)
/// (Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1).
/// </summary>
[<Sealed>]
type AdamMoments(beta1: float, beta2: float, epsilon: float) =
    inherit ParameterUpdate()

    do
        UpdateChecks.share "Adam" "β₁" beta1
        UpdateChecks.share "Adam" "β₂" beta2
        UpdateChecks.notNegative "Adam" "ε" epsilon

    override _.StateNames = [| "first moment"; "second moment" |]

    override _.Numbers(step, _) =
        [| beta1
           1.0 - beta1
           beta2
           1.0 - beta2
           epsilon
           1.0 / (1.0 - UpdateChecks.power beta1 step)
           1.0 / (1.0 - UpdateChecks.power beta2 step) |]

    override _.Apply site =
        let n, d = site.Numbers, site.Direction
        let m = n[0] * site.State[0] + n[1] * d
        let v = n[2] * site.State[1] + n[3] * (d * d)
        struct ((m * n[5]) / ((v * n[6]).Sqrt() + n[4]), [| m; v |])

/// <summary>
/// Adam's moments with Nesterov's momentum (Dozat 2016, "Incorporating Nesterov Momentum into Adam"): with
/// μₜ = β₁(1 − ½·0.96^(tψ)) the direction is (μₜ₊₁m/(1 − μ₁…μₜ₊₁) + (1 − μₜ)d/(1 − μ₁…μₜ)) / (√v̂ + ε).
/// </summary>
[<Sealed>]
type NadamMoments(beta1: float, beta2: float, epsilon: float, momentumDecay: float) =
    inherit ParameterUpdate()

    let momentum (step: int64) =
        beta1 * (1.0 - 0.5 * Math.Pow(0.96, float step * momentumDecay))

    // μ₁…μₜ of the step asked for last: the next one is a factor away.
    let mutable known = struct (0L, 1.0)

    let product (step: int64) =
        let struct (at, value) = known
        let mutable at, value = if at <= step then at, value else 0L, 1.0

        while at < step do
            at <- at + 1L
            value <- value * momentum at

        known <- struct (at, value)
        value

    do
        UpdateChecks.share "Nadam" "β₁" beta1
        UpdateChecks.share "Nadam" "β₂" beta2
        UpdateChecks.notNegative "Nadam" "ε" epsilon
        UpdateChecks.notNegative "Nadam" "decay of the momentum" momentumDecay

    override _.StateNames = [| "first moment"; "second moment" |]

    override _.Numbers(step, _) =
        let now = momentum step
        let next = momentum (step + 1L)
        let product = product step

        [| beta1
           1.0 - beta1
           beta2
           1.0 - beta2
           epsilon
           next / (1.0 - product * next)
           (1.0 - now) / (1.0 - product)
           1.0 / (1.0 - UpdateChecks.power beta2 step) |]

    override _.Apply site =
        let n, d = site.Numbers, site.Direction
        let m = n[0] * site.State[0] + n[1] * d
        let v = n[2] * site.State[1] + n[3] * (d * d)
        struct ((m * n[5] + d * n[6]) / ((v * n[7]).Sqrt() + n[4]), [| m; v |])

/// <summary>
/// v ← αv + (1 − α)d²; the direction is d/(√v + ε) (Tieleman and Hinton 2012, lecture 6.5). Centred, a ← αa + (1 − α)d and
/// v − a² stands in place of v (Graves 2013, "Generating Sequences With Recurrent Neural Networks").
/// </summary>
[<Sealed>]
type RootMeanSquare(smoothing: float, epsilon: float, centered: bool) =
    inherit ParameterUpdate()

    do
        UpdateChecks.share "RmsProp" "smoothing" smoothing
        UpdateChecks.notNegative "RmsProp" "ε" epsilon

    override _.StateNames =
        if centered then
            [| "mean square"; "mean" |]
        else
            [| "mean square" |]

    override _.Form = [| (if centered then 1 else 0) |]

    override _.Numbers(_, _) =
        [| smoothing; 1.0 - smoothing; epsilon |]

    override _.Apply site =
        let n, d = site.Numbers, site.Direction
        let v = n[0] * site.State[0] + n[1] * (d * d)

        if centered then
            let a = n[0] * site.State[1] + n[1] * d
            struct (d / ((v - a * a).Sqrt() + n[2]), [| v; a |])
        else
            struct (d / (v.Sqrt() + n[2]), [| v |])

/// <summary>
/// s ← s + d²; the direction is d/(√s + ε) (Duchi, Hazan and Singer 2011, "Adaptive Subgradient Methods for Online Learning
/// and Stochastic Optimization"), divided by 1 + (t − 1)·decay as in PyTorch; s begins at an initial value.
/// </summary>
[<Sealed>]
type SumOfSquares(rateDecay: float, initial: float, epsilon: float) =
    inherit ParameterUpdate()

    do
        UpdateChecks.notNegative "Adagrad" "decay of the learning rate" rateDecay
        UpdateChecks.notNegative "Adagrad" "initial value" initial
        UpdateChecks.notNegative "Adagrad" "ε" epsilon

    override _.StateNames = [| "sum of squares" |]

    override _.Numbers(step, _) =
        [| epsilon; initial; 1.0 / (1.0 + float (step - 1L) * rateDecay) |]

    override _.Apply site =
        let n, d = site.Numbers, site.Direction
        // The state begins as zeros, so the initial value is added where it is used.
        let s = site.State[0] + d * d
        struct (n[2] * d / ((s + n[1]).Sqrt() + n[0]), [| s |])

/// <summary>
/// The direction is sign(β₁m + (1 − β₁)d), then m ← β₂m + (1 − β₂)d (Chen et al. 2023, "Symbolic Discovery of Optimization
/// Algorithms", algorithm 2).
/// </summary>
[<Sealed>]
type SignOfMomentum(beta1: float, beta2: float) =
    inherit ParameterUpdate()

    do
        UpdateChecks.share "Lion" "β₁" beta1
        UpdateChecks.share "Lion" "β₂" beta2

    override _.StateNames = [| "momentum" |]

    override _.Numbers(_, _) =
        [| beta1; 1.0 - beta1; beta2; 1.0 - beta2 |]

    override _.Apply site =
        let n, d, m = site.Numbers, site.Direction, site.State[0]
        struct ((n[0] * m + n[1] * d).Sign(), [| n[2] * m + n[3] * d |])

/// <summary>Each entry is brought into −c..c.</summary>
[<Sealed>]
type ClipByValue(limit: float) =
    inherit ParameterUpdate()

    do UpdateChecks.positive "ClipByValue" "limit" limit
    override _.Numbers(_, _) = [| limit |]

    override _.Apply site =
        struct (site.Direction.Clamp(-site.Numbers[0], site.Numbers[0]), [||])

/// <summary>
/// Where the Euclidean norm of all directions together exceeds c, they are all multiplied by c/norm (Pascanu, Mikolov and
/// Bengio 2013, "On the difficulty of training recurrent neural networks", algorithm 1).
/// </summary>
[<Sealed>]
type ClipByNorm(limit: float) =
    inherit Update()

    do UpdateChecks.positive "ClipByNorm" "limit" limit
    override _.Numbers(_, _) = [| limit |]

    override _.ApplyAll sites =
        let widest =
            if sites |> Array.exists (fun s -> s.Direction.DType = DType.Float64) then
                DType.Float64
            else
                DType.Float32

        let square =
            sites
            |> Array.map (fun s -> (s.Direction * s.Direction).Sum().To widest)
            |> Array.reduce (+)

        let norm = square.Sqrt()
        let limit = sites[0].Numbers[0].To widest

        let factor =
            Tensor.Where(Tensor.op_GreaterThan (norm, limit), limit / norm, UpdateChecks.number 1.0)

        sites
        |> Array.map (fun s -> struct (s.Direction * factor.To s.Direction.DType, [||]))

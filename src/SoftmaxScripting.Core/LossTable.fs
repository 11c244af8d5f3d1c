namespace SoftmaxScripting.Core

open System.Text

/// What a loss takes: tests and the documentation make examples of it.
[<RequireQualifiedAccess>]
type internal LossInputs =
    /// Any numbers, any numbers not near 0.
    | Numbers
    /// Both above 0.
    | Positive
    /// The logarithm of a mean, and a target above 0.
    | Counts
    | NumbersAndVariance
    /// Within 0..1, and targets of 0..1.
    | Probabilities
    | BinaryLogits
    /// Any numbers, and targets of ±1.
    | Signs
    /// Logits [rows, classes], and class labels.
    | Labels
    /// Logits, and rows of probabilities that may be 0.
    | Distributions
    | PositiveDistributions
    /// Logits, and 0..1 for each class.
    | MultiLabels
    | Vectors
    | Triplets

/// A loss as a row of a table, which drives its tests and its line in the documentation.
type internal LossRow =
    {
        Name: string
        Formula: string
        /// In the prediction.
        Gradient: string
        Kinks: string
        /// What a mean without weights divides by the number of.
        Divisor: string
        Source: string
        Inputs: LossInputs
        Call: Tensor[] -> Reduction -> Tensor -> Tensor -> Tensor
    }

/// Every loss there is.
module internal LossTable =

    let private row name formula gradient kinks divisor source inputs call =
        { Name = name
          Formula = formula
          Gradient = gradient
          Kinks = kinks
          Divisor = divisor
          Source = source
          Inputs = inputs
          Call = call }

    let rows: LossRow[] =
        [| row
               "L2"
               "½(ŷ − y)²"
               "ŷ − y"
               "none"
               "elements"
               "least squares"
               LossInputs.Numbers
               (fun x r w m -> Loss.L2(x[0], x[1], r, w, m))
           row
               "Mse"
               "(ŷ − y)²"
               "2(ŷ − y)"
               "none"
               "elements"
               "least squares"
               LossInputs.Numbers
               (fun x r w m -> Loss.Mse(x[0], x[1], r, w, m))
           row
               "L1"
               "|ŷ − y|"
               "sign(ŷ − y)"
               "ŷ = y, gradient 0"
               "elements"
               "least absolute deviations"
               LossInputs.Numbers
               (fun x r w m -> Loss.L1(x[0], x[1], r, w, m))
           row
               "Huber"
               "½r² where |r| ≤ δ, else δ(|r| − ½δ); r = ŷ − y"
               "clamp(r, −δ, δ)"
               "second derivative at |r| = δ"
               "elements"
               "Huber 1964"
               LossInputs.Numbers
               (fun x r w m -> Loss.Huber(x[0], x[1], 0.75, r, w, m))
           row
               "SmoothL1"
               "r²/(2β) where |r| ≤ β, else |r| − ½β; r = ŷ − y"
               "clamp(r/β, −1, 1)"
               "second derivative at |r| = β"
               "elements"
               "Girshick 2015"
               LossInputs.Numbers
               (fun x r w m -> Loss.SmoothL1(x[0], x[1], 0.75, r, w, m))
           row
               "LogCosh"
               "log cosh(ŷ − y)"
               "tanh(ŷ − y)"
               "none"
               "elements"
               "Green 1990"
               LossInputs.Numbers
               (fun x r w m -> Loss.LogCosh(x[0], x[1], r, w, m))
           row
               "Quantile"
               "τ·max(y − ŷ, 0) + (1 − τ)·max(ŷ − y, 0)"
               "−τ below y, 1 − τ above"
               "ŷ = y, gradient 0"
               "elements"
               "Koenker and Bassett 1978"
               LossInputs.Numbers
               (fun x r w m -> Loss.Quantile(x[0], x[1], 0.25, r, w, m))
           row
               "Mape"
               "|ŷ − y| / max(|y|, floor)"
               "sign(ŷ − y) / max(|y|, floor)"
               "ŷ = y, gradient 0"
               "elements"
               "mean absolute percentage error, as a fraction"
               LossInputs.Numbers
               (fun x r w m -> Loss.Mape(x[0], x[1], 1e-7, r, w, m))
           row
               "Msle"
               "(log(1 + ŷ) − log(1 + y))²"
               "2(log(1 + ŷ) − log(1 + y)) / (1 + ŷ)"
               "none"
               "elements"
               "mean squared logarithmic error"
               LossInputs.Positive
               (fun x r w m -> Loss.Msle(x[0], x[1], r, w, m))
           row
               "PoissonNll"
               "eᶻ − y·z; μ − y·log μ of a mean"
               "eᶻ − y; 1 − y/μ"
               "none"
               "elements"
               "Poisson likelihood without log y!"
               LossInputs.Counts
               (fun x r w m -> Loss.PoissonNll(x[0], x[1], true, r, w, m))
           row
               "GammaNll"
               "z + y·e⁻ᶻ; log μ + y/μ of a mean"
               "1 − y·e⁻ᶻ; (μ − y)/μ²"
               "none"
               "elements"
               "Gamma likelihood of shape 1"
               LossInputs.Counts
               (fun x r w m -> Loss.GammaNll(x[0], x[1], true, r, w, m))
           row
               "TweedieNll"
               "μ^(2−ρ)/(2−ρ) − y·μ^(1−ρ)/(1−ρ), μ = eᶻ"
               "(μ − y)·μ^(1−ρ) in z"
               "none"
               "elements"
               "Jørgensen 1987"
               LossInputs.Counts
               (fun x r w m -> Loss.TweedieNll(x[0], x[1], 1.5, true, r, w, m))
           row
               "GaussianNll"
               "½(log v + (ŷ − y)²/v)"
               "(ŷ − y)/v"
               "none"
               "elements"
               "Gaussian likelihood without ½ log 2π"
               LossInputs.NumbersAndVariance
               (fun x r w m -> Loss.GaussianNll(x[0], x[1], x[2], r, w, m))
           row
               "Bce"
               "−[y log p + (1 − y) log(1 − p)]"
               "(p − y) / (p(1 − p))"
               "none"
               "elements"
               "Bernoulli likelihood"
               LossInputs.Probabilities
               (fun x r w m -> Loss.Bce(x[0], x[1], r, w, m))
           row
               "BceWithLogits"
               "log(1 + eᶻ) − z·y; with posWeight c: c·y·log(1 + e⁻ᶻ) + (1 − y)·log(1 + eᶻ)"
               "σ(z) − y"
               "none"
               "elements"
               "Bernoulli likelihood"
               LossInputs.BinaryLogits
               (fun x r w m -> Loss.BceWithLogits(x[0], x[1], r, w, m))
           row
               "BinaryFocal"
               "y·α·σ(−z)^γ·log(1 + e⁻ᶻ) + (1 − y)·(1 − α)·σ(z)^γ·log(1 + eᶻ)"
               "at y = 1: −α·σ(−z)^γ·(σ(−z) + γ·σ(z)·log(1 + e⁻ᶻ))"
               "none"
               "elements"
               "Lin et al. 2017"
               LossInputs.BinaryLogits
               (fun x r w m -> Loss.BinaryFocal(x[0], x[1], 1.5, 0.25, r, w, m))
           row
               "Hinge"
               "max(0, Δ − y·z), y = ±1"
               "−y inside the margin, else 0"
               "y·z = Δ, gradient 0"
               "elements"
               "Cortes and Vapnik 1995"
               LossInputs.Signs
               (fun x r w m -> Loss.Hinge(x[0], x[1], 1.25, r, w, m))
           row
               "SquaredHinge"
               "max(0, Δ − y·z)², y = ±1"
               "−2y·max(0, Δ − y·z)"
               "second derivative at y·z = Δ"
               "elements"
               "Cortes and Vapnik 1995"
               LossInputs.Signs
               (fun x r w m -> Loss.SquaredHinge(x[0], x[1], 1.25, r, w, m))
           row
               "SoftMargin"
               "log(1 + exp(−y·z)), y = ±1"
               "−y·σ(−y·z)"
               "none"
               "elements"
               "logistic regression"
               LossInputs.Signs
               (fun x r w m -> Loss.SoftMargin(x[0], x[1], r, w, m))
           row
               "CrossEntropy"
               "−Σ y log softmax(o)"
               "softmax(o) − y"
               "none"
               "rows"
               "multinomial likelihood; smoothing Szegedy et al. 2016"
               LossInputs.Labels
               (fun x r w m -> Loss.CrossEntropy(x[0], x[1], 0.0, r, w, m))
           row
               "Nll"
               "−Σ y·l of log-probabilities l"
               "−y"
               "none"
               "rows"
               "multinomial likelihood"
               LossInputs.Labels
               (fun x r w m -> Loss.Nll(x[0], x[1], r, w, m))
           row
               "Focal"
               "Σ y (1 − p)^γ (−log p), p = softmax(o)"
               "(p − y)·(1 − p_y)^(γ−1)·(1 − p_y − γ·p_y·log p_y)"
               "none"
               "rows"
               "Lin et al. 2017"
               LossInputs.Labels
               (fun x r w m -> Loss.Focal(x[0], x[1], 1.5, 0.0, r, w, m))
           row
               "Poly"
               "Σ y (−log p + ε(1 − p)), p = softmax(o)"
               "(p − y)(1 + ε·p_y)"
               "none"
               "rows"
               "Leng et al. 2022"
               LossInputs.Labels
               (fun x r w m -> Loss.Poly(x[0], x[1], 2.0, 0.0, r, w, m))
           row
               "GeneralizedCrossEntropy"
               "Σ y (1 − p^q)/q, p = softmax(o)"
               "(p − y)·p_y^q"
               "none"
               "rows"
               "Zhang and Sabuncu 2018"
               LossInputs.Labels
               (fun x r w m -> Loss.GeneralizedCrossEntropy(x[0], x[1], 0.7, 0.0, r, w, m))
           row
               "Kl"
               "Σ y (log y − log p), p = softmax(o)"
               "softmax(o) − y"
               "none"
               "rows"
               "Kullback and Leibler 1951"
               LossInputs.Distributions
               (fun x r w m -> Loss.Kl(x[0], x[1], r, w, m))
           row
               "ReverseKl"
               "Σ p (log p − log y), p = softmax(o)"
               "p_j (log p_j − log y_j − loss)"
               "none"
               "rows"
               "Kullback and Leibler 1951"
               LossInputs.PositiveDistributions
               (fun x r w m -> Loss.ReverseKl(x[0], x[1], r, w, m))
           row
               "JensenShannon"
               "½KL(y‖m) + ½KL(p‖m), m = (y + p)/2, p = softmax(o)"
               "½ p_j (log(p_j/m_j) − Σ p log(p/m))"
               "none"
               "rows"
               "Lin 1991"
               LossInputs.Distributions
               (fun x r w m -> Loss.JensenShannon(x[0], x[1], r, w, m))
           row
               "MultiClassMargin"
               "Σ over j ≠ y of max(0, Δ − (o_y − o_j))"
               "1 for each violating j, minus their number at y"
               "o_y − o_j = Δ, gradient 0"
               "rows"
               "Weston and Watkins 1999"
               LossInputs.Labels
               (fun x r w m -> Loss.MultiClassMargin(x[0], x[1], 1.25, r, w, m))
           row
               "MultiLabel"
               "Σ (log(1 + eᶻ) − z·y) / K"
               "(σ(z) − y)/K"
               "none"
               "rows"
               "one Bernoulli likelihood per class"
               LossInputs.MultiLabels
               (fun x r w m -> Loss.MultiLabel(x[0], x[1], r, w, m))
           row
               "Cosine"
               "1 − cos(ŷ, y) = ½‖ŷ/‖ŷ‖ − y/‖y‖‖²"
               "(cos·ŷ/‖ŷ‖ − y/‖y‖)/‖ŷ‖"
               "ŷ = 0, gradient 0"
               "rows"
               "cosine distance"
               LossInputs.Vectors
               (fun x r w m -> Loss.Cosine(x[0], x[1], r, w, m))
           row
               "Triplet"
               "max(0, Δ + ‖a − p‖ − ‖a − n‖)"
               "(a − p)/‖a − p‖ − (a − n)/‖a − n‖ inside the margin"
               "where it becomes 0; a = p; a = n; gradient 0"
               "rows"
               "Schroff et al. 2015"
               LossInputs.Triplets
               (fun x r w m -> Loss.Triplet(x[0], x[1], x[2], 1.0, r, w, m)) |]

    /// The documentation's page of losses.
    let page () =
        let text = StringBuilder()
        let line (s: string) = text.Append(s).Append('\n') |> ignore
        // A bar would end the column.
        let cell (s: string) = s.Replace("|", "\\|")

        line "# Losses"
        line ""

        line
            "Generated from the table of losses in `LossTable.fs`; a test fails when this page is stale."

        line ""

        line
            "Every loss takes `(prediction, target, own parameters, reduction, weight, mask)`, by position or by name."

        line
            "Classification adds `labelSmoothing` before `reduction`, and `classWeight`, `ignoreIndex`, `fromLogits` and"

        line "`axis` (the last by default) at the end, each where the loss has it."
        line ""

        line
            "- **Reduction.** `None` gives the losses, `Sum` Σwl, `Mean` Σwl / Σw; a masked or ignored loss counts in neither sum."

        line
            "  Without weights Σw is the number of losses: of elements or of rows, as the table says. With class weights c, Σw is"

        line
            "  Σ w·c of the labels, or Σ w·Σy·c for distributions: hard and one-hot targets give the same mean. Where nothing is"

        line "  left, the mean is 0 and so is its gradient."

        line
            "- **weight, mask** have the shape of the losses, or of their leading axes (one entry per row). What the mask hides (0)"

        line "  may be NaN: it reaches neither value nor gradient."

        line
            "- **Targets** of classes are labels (int32) or a distribution per row. Smoothing ε makes them (1 − ε)·y + ε/K."

        line ""
        line "| loss | formula | gradient in the prediction | kinks | mean over | source |"
        line "| --- | --- | --- | --- | --- | --- |"

        for r in rows do
            line
                $"| `{r.Name}` | {cell r.Formula} | {cell r.Gradient} | {cell r.Kinks} | {r.Divisor} | {cell r.Source} |"

        text.ToString()

using Esoz.Compositions;
using Esoz.Pages;

namespace Esoz.Portal;

/// <summary>What the walk through a conclusion shows.</summary>
/// <param name="Server">Base URL, for the examples.</param>
/// <param name="Conclusion">Null = the page explains only.</param>
/// <param name="Token">Of the forms; null without them.</param>
public sealed record Walkthrough(
    PortalView View, Reference Reference, string Server, DemoConclusion? Conclusion, string? Token, Walk Walk)
{
    /// <summary>The method of a step; null when it has none, or this server does not serve it.</summary>
    public MethodEntry? MethodOf(WalkStep step) => step switch
    {
        WalkStep.Draft => Find(CreateComposition.Card),
        WalkStep.DraftJob or WalkStep.SignJob or WalkStep.CancelJob => Find(GetAsyncJobStatus.Card),
        WalkStep.Sign => Find(SignComposition.Card),
        WalkStep.Cancel => Find(CancelComposition.Card),
        _ => null,
    };

    private MethodEntry? Find(MethodCard card) => Reference.Find(card.Id);
}

/// <summary>
/// /docs/walkthrough: a conclusion from draft to FINAL and its cancellation. Where the demo registry may be seen, each step is taken on
/// this server; elsewhere the page shows the requests.
/// </summary>
public static class ShowWalkthrough
{
    /// <summary>Which step the form takes; one that was taken already is not taken again.</summary>
    internal const string StepField = "step";

    /// <summary>Value of it that begins anew.</summary>
    internal const string Anew = "anew";

    public static PageRoute Page { get; } = new("portal-walkthrough", HttpMethods.Get, PortalPages.Walkthrough) { Handle = Show };

    public static PageRoute Form { get; } = new("portal-walkthrough-form", HttpMethods.Post, PortalPages.Walkthrough) { Handle = Act };

    private static HtmlPage Show(HttpContext context, Reference reference, Demonstration demonstration, PublicUrl publicUrl, Walks walks)
    {
        var conclusion = demonstration.For(context)?.Conclusion;
        var token = conclusion is null ? null : VisitToken.Of(context);
        return PortalView.Page<WalkthroughPage, Walkthrough>(
            new(PortalView.Of(context), reference, publicUrl.Base(context.Request), conclusion, token,
                token is null ? new() : walks.Of(token)),
            hasSecrets: conclusion is not null);
    }

    private static async Task<IResult> Act(HttpContext context, Demonstration demonstration, Walks walks)
    {
        var demo = demonstration.For(context);
        var form = await Parameters.OfForm(context);
        if (demo?.Conclusion is not { } conclusion || form is null || !VisitToken.Proves(context, form[VisitToken.Field]))
            return OutOfDate;
        var token = VisitToken.Of(context);
        var walk = walks.Of(token);
        if (form[StepField] == Anew)
            walks.Keep(token, new());
        else if (form[StepField] == $"{walk.Next}")
            walks.Keep(token, walk = await walk.Go(context, demo, conclusion));
        return new SeeOther($"{PortalPages.Walkthrough}#{(form[StepField] == Anew ? "state" : IdOf(walk))}");
    }

    /// <summary>Place of the page to which an answer leads: the step that was taken, with its answer.</summary>
    private static string IdOf(Walk walk) => $"step-{(walk.Stopped ?? (walk.Exchanges.ContainsKey(walk.Next) ? walk.Next : Before(walk.Next)))}";

    private static WalkStep Before(WalkStep step) => step == WalkStep.Draft ? step : step - 1;

    private static HtmlPage OutOfDate => new Message(
        language => language.Text("Ця сторінка застаріла", "This page is out of date"),
        language => language.Text("Відкрийте її ще раз і повторіть крок.", "Open it again and repeat the step."))
    {
        Link = (PortalPages.Walkthrough, language => language.Text("Висновок крок за кроком", "A conclusion step by step")),
    }.Page(StatusCodes.Status400BadRequest);
}

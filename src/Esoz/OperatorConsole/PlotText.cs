using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Esoz.OperatorConsole;

/// <summary>A text in a drawing: in a Razor file the element <c>text</c> has another meaning.</summary>
public sealed class PlotText : ComponentBase
{
    [Parameter, EditorRequired]
    public required double X { get; set; }

    [Parameter, EditorRequired]
    public required double Y { get; set; }

    [Parameter, EditorRequired]
    public required string Value { get; set; }

    /// <summary>start, middle or end.</summary>
    [Parameter]
    public string Anchor { get; set; } = "start";

    [Parameter]
    public string? Class { get; set; }

    /// <summary>Rises to the right.</summary>
    [Parameter]
    public bool IsTilted { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        var (x, y) = (Plots.Number(X), Plots.Number(Y));
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "x", x);
        builder.AddAttribute(2, "y", y);
        builder.AddAttribute(3, "text-anchor", Anchor);
        builder.AddAttribute(4, "class", Class);
        if (IsTilted)
            builder.AddAttribute(5, "transform", string.Create(CultureInfo.InvariantCulture, $"rotate(-35 {x} {y})"));
        builder.AddContent(6, Value);
        builder.CloseElement();
    }
}

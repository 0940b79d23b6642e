using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Esoz.Pages;

/// <summary>Gives the components of a page their language.</summary>
internal sealed class PageRoot : ComponentBase
{
    [Parameter, EditorRequired]
    public required Language Language { get; set; }

    [Parameter, EditorRequired]
    public required RenderFragment Page { get; set; }

    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenComponent<CascadingValue<Language>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<Language>.Value), Language);
        builder.AddComponentParameter(2, nameof(CascadingValue<Language>.IsFixed), true);
        builder.AddComponentParameter(3, nameof(CascadingValue<Language>.ChildContent), Page);
        builder.CloseComponent();
    }
}

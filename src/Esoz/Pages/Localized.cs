using Microsoft.AspNetCore.Components;

namespace Esoz.Pages;

/// <summary>A component whose texts are in the language of the page.</summary>
public abstract class Localized : ComponentBase
{
    [CascadingParameter]
    public required Language Language { get; set; }

    protected string Text(string ukrainian, string english) => Language.Text(ukrainian, english);
}

/// <summary>A whole page, made from one value.</summary>
public abstract class Page<TModel> : Localized
{
    [Parameter, EditorRequired]
    public required TModel Model { get; set; }
}

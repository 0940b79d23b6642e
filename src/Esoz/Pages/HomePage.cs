namespace Esoz.Pages;

/// <summary>What GET / shows to people; without it there is nothing.</summary>
public sealed record HomePage(Func<HttpContext, IResult> Show);

namespace Esoz.Pages;

/// <summary>Language of a page. Texts stand in both languages where they are used, Ukrainian first.</summary>
/// <param name="Code">Language tag, as in <c>lang</c>.</param>
/// <param name="Name">The language's name in itself.</param>
public sealed record Language(string Code, string Name)
{
    /// <summary>Name of the cookie with the code that the reader chose.</summary>
    internal const string Cookie = "esoz-language";

    public static readonly Language Ukrainian = new("uk", "Українська");
    public static readonly Language English = new("en", "English");

    /// <summary>The first one is the default.</summary>
    public static IReadOnlyList<Language> All { get; } = [Ukrainian, English];

    public string Text(string ukrainian, string english) => this == Ukrainian ? ukrainian : english;

    /// <summary>Null when there is no such language; regions are ignored.</summary>
    public static Language? Find(string? tag) => tag is null ? null
        : All.FirstOrDefault(language => tag.Split('-')[0].Equals(language.Code, StringComparison.OrdinalIgnoreCase));

    /// <summary>The one that the reader chose, else the first that the browser asks for, else Ukrainian.</summary>
    public static Language Of(HttpContext context) => context.Features.Get<Language>()
        ?? Find(context.Request.Cookies[Cookie])
        ?? Asked(context.Request)
        ?? Ukrainian;

    /// <summary>The reader chose this language: for this answer and for a year.</summary>
    public void Choose(HttpContext context)
    {
        context.Features.Set(this);
        context.Response.Cookies.Append(Cookie, Code, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = TimeSpan.FromDays(365),
            IsEssential = true,
        });
    }

    /// <summary>By quality; of equal ones the first.</summary>
    private static Language? Asked(HttpRequest request) => request.GetTypedHeaders().AcceptLanguage
        .OrderByDescending(asked => asked.Quality ?? 1)
        .Where(asked => asked.Quality is not 0)
        .Select(asked => Find(asked.Value.Value))
        .FirstOrDefault(language => language is not null);
}

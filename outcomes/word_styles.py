"""How the Word document looks and numbers itself: styles, the list its headings are linked to, header and footer, language."""

from typing import Any

from django.utils.translation import gettext as _
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from commissioning.contributing import printable
from outcomes import laying_out
from outcomes.data_pack import Pack

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FACE, INK, BRAND, LINE, SOFT = "Arial", RGBColor(0x14, 0x22, 0x1F), RGBColor(0x0B, 0x4F, 0x4A), "C9CFCB", "E2EFEC"
NUMBERING = 77  # the id of our list of headings; the template's own end far below

# name in the template or ours, size, space before and after, in points
OLD = {
    "Normal": (11, 0, 6),
    "Body Text": (11, 0, 6),
    "List Bullet": (11, 0, 3),
    "Title": (30, 6, 6),
    "Subtitle": (14, 0, 18),
    "Heading 1": (20, 28, 8),
    "Heading 2": (15, 16, 6),
    "Heading 3": (12, 14, 4),
    "Caption": (10, 8, 4),
    "Header": (9, 0, 0),
    "Footer": (9, 0, 0),
}
NEW = {
    "Lede": (13, 0, 10),
    "Label": (11, 8, 2),
    "Clause": (11, 8, 2),
    "Origin": (9.5, 0, 8),
    "Note": (11, 6, 10),
    "Table Text": (10, 2, 2),
    "Table Head": (10, 2, 2),
    "After Table": (5, 0, 4),
    "Contents Title": (20, 0, 10),
    "TOC 1": (11, 6, 2),
    "TOC 2": (10.5, 0, 2),
}


def prepare(document: DocumentType, pack: Pack) -> None:
    """Everything but the body."""
    _properties(document, pack)
    _sheet(document, pack)
    _styles(document)
    _numbering(document)


def _properties(document: DocumentType, pack: Pack) -> None:
    about, properties = pack.content["cycle"], document.core_properties
    properties.title = printable(f"{about['title']}: {_('service specification')}")[:255]
    properties.author, properties.language = printable(about.get("authority", ""))[:255], "en-GB"
    properties.identifier, properties.subject = pack.content_hash, printable(about.get("service", ""))[:255]
    properties.comments, properties.keywords = "", ""
    properties.last_modified_by, properties.revision = properties.author, pack.number
    properties.created = properties.modified = pack.at.replace(tzinfo=None, microsecond=0)


def _sheet(document: DocumentType, pack: Pack) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    section.top_margin, section.bottom_margin = Mm(24), Mm(22)
    section.different_first_page_header_footer = True
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.text = printable(f"{pack.title} · {_('service specification')}")
    first = section.first_page_footer.paragraphs[0]
    section.first_page_header.paragraphs[0].text = ""
    for paragraph in (foot, first):
        paragraph.text = f"{laying_out.footer_of(pack)}\t"
        _page_of(paragraph)
    for name in ("Header", "Footer"):
        _tabs(document.styles[name])


def _tabs(style: Any) -> None:
    """The page number stands at the right margin."""
    for old in style.element.findall(f"{W}pPr/{W}tabs"):
        old.getparent().remove(old)
    style.paragraph_format.tab_stops.add_tab_stop(Mm(170), WD_TAB_ALIGNMENT.RIGHT)


def _page_of(paragraph: Any) -> None:
    before, between = (_("Page %(n)s of %(m)s") % {"n": "\0", "m": "\1"}).split("\0", 1)
    between, after = between.split("\1", 1)
    for words, code in ((before, " PAGE "), (between, " NUMPAGES "), (after, "")):
        if words:
            paragraph.add_run(words)
        if code:
            for piece in ("begin", code, "separate", "1", "end"):
                _field_piece(paragraph.add_run()._r, piece)


def _field_piece(run: Any, piece: str) -> None:
    if piece in ("begin", "separate", "end"):
        char = OxmlElement("w:fldChar")
        char.set(qn("w:fldCharType"), piece)
        run.append(char)
        return
    text = OxmlElement("w:t" if piece == "1" else "w:instrText")
    text.text = piece
    run.append(text)


def _styles(document: DocumentType) -> None:
    styles: Any = document.styles
    for name in NEW:
        made = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        made.base_style, made.quick_style = styles["Normal"], True
        made.next_paragraph_style = styles["Body Text"]
    for name, (size, before, after) in {**OLD, **NEW}.items():
        _one(styles[name], size, before, after, coloured=name in ("Title", "Heading 1", "Heading 2", "Heading 3", "Contents Title"))
    for name in ("Table Head", "Heading 1", "Heading 2", "Heading 3", "Title", "Contents Title", "TOC 1", "Caption"):
        styles[name].font.bold = True
    for name in ("Heading 1", "Heading 2", "Heading 3", "Caption", "Clause", "Label", "Table Head", "Contents Title"):
        styles[name].paragraph_format.keep_with_next = True
    styles["Contents Title"].paragraph_format.page_break_before = True
    styles["TOC 2"].paragraph_format.left_indent = Mm(8)
    for name in ("TOC 1", "TOC 2"):
        _tabs(styles[name])
    styles["Clause"].paragraph_format.left_indent = styles["Origin"].paragraph_format.left_indent = Mm(13)
    styles["Clause"].paragraph_format.first_line_indent = Mm(-13)
    styles["Title"].paragraph_format.space_before = Pt(90)
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb, link.font.underline = BRAND, True
    _table_style(styles)
    _defaults(styles)


def _one(style: Any, size: float, before: float, after: float, *, coloured: bool) -> None:
    style.font.name, style.font.size, style.font.italic = FACE, Pt(size), False
    style.font.color.rgb = BRAND if coloured else INK
    looks = style.element.get_or_add_rPr()
    fonts = looks.get_or_add_rFonts()
    # Word's headings name a face of their own for the theme; without this ours would be passed over.
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(theme), None)
    fonts.set(qn("w:cs"), FACE)
    shape = style.paragraph_format
    shape.space_before, shape.space_after = Pt(before), Pt(after)
    shape.line_spacing = 1.1 if size > 12 else 1.25
    for edge in style.element.findall(f"{W}pPr/{W}pBdr"):
        edge.getparent().remove(edge)
    for kerning in looks.findall(f"{W}spacing"):
        looks.remove(kerning)


def _table_style(styles: Any) -> None:
    """Lines between rows and a quiet head, nothing else; the head is bold as well as shaded."""
    edge = f'w:val="single" w:sz="4" w:space="0" w:color="{LINE}"'
    styles.element.append(
        parse_xml(
            f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="PackTable"><w:name w:val="Pack Table"/>'
            '<w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:tblPr><w:tblStyleRowBandSize w:val="1"/>'
            f"<w:tblBorders><w:top {edge}/><w:bottom {edge}/><w:insideH {edge}/></w:tblBorders>"
            '<w:tblCellMar><w:top w:w="40" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/>'
            '<w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
            f'<w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{SOFT}"/></w:tcPr>'
            '</w:tblStylePr><w:tblStylePr w:type="firstCol"><w:rPr><w:b/></w:rPr></w:tblStylePr></w:style>'
        )
    )


def _defaults(styles: Any) -> None:
    """The language of the document, for the screen reader and the spelling checker."""
    for language in styles.element.iter(f"{W}lang"):
        language.set(f"{W}val", "en-GB")


def _numbering(document: DocumentType) -> None:
    """One list of three levels, linked to the heading styles: A, A.1, A.1.1. Nobody types a heading's number."""
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:pStyle w:val="Heading{n + 1}"/><w:suff w:val="tab"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:tabs><w:tab w:val="num" w:pos="{indent}"/></w:tabs>'
        f'<w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl>'
        for n, (form, text, indent) in enumerate((("upperLetter", "%1", 680), ("decimal", "%1.%2", 794), ("decimal", "%1.%2.%3", 964)))
    )
    ours = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{NUMBERING}"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'
    )
    numbering.insert(len(numbering.findall(qn("w:abstractNum"))), ours)
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{NUMBERING}"><w:abstractNumId w:val="{NUMBERING}"/></w:num>'))
    styles: Any = document.styles
    for n in range(3):
        shape = styles[f"Heading {n + 1}"].element.get_or_add_pPr()
        properties = shape.get_or_add_numPr()
        properties.get_or_add_ilvl().val = n
        properties.get_or_add_numId().val = NUMBERING

"""Grafts what people and Excel put into workbooks beside our sheets: parts that nothing of ours knows."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MS = "http://schemas.microsoft.com/office"
SHEET = "My notes"


def graft(data: bytes, counted: str) -> bytes:
    """The workbook with one more sheet: a pivot table, a text box, a picture, a sparkline, a threaded comment, a slicer, printer settings, custom
    XML, and in B1 a formula of the user's that counts `counted` (`'Sheet'!$A$4:$A$99,"word"`)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members |= _parts(counted)
    members["[Content_Types].xml"] = members["[Content_Types].xml"].replace(b"</Types>", _content_types() + b"</Types>")
    members["xl/_rels/workbook.xml.rels"] = members["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        (
            _rel("rIdG1", f"{RELS}/worksheet", "worksheets/sheet900.xml")
            + _rel("rIdG2", f"{RELS}/pivotCacheDefinition", "pivotCache/pivotCacheDefinition90.xml")
            + _rel("rIdG3", f"{MS}/2017/10/relationships/person", "persons/person.xml")
            + _rel("rIdG4", f"{RELS}/customXml", "../customXml/item90.xml")
            + _rel("rIdG5", f"{MS}/2007/relationships/slicerCache", "slicerCaches/slicerCache90.xml")
        ).encode()
        + b"</Relationships>",
    )
    members["xl/workbook.xml"] = _workbook(members["xl/workbook.xml"])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 21, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _workbook(xml: bytes) -> bytes:
    sheet = f'<sheet name="{SHEET}" sheetId="900" xmlns:r="{RELS}" r:id="rIdG1"/>'.encode()
    xml = xml.replace(b"</sheets>", sheet + b"</sheets>")
    caches = f'<pivotCaches><pivotCache cacheId="90" xmlns:r="{RELS}" r:id="rIdG2"/></pivotCaches>'.encode()
    return re.sub(rb"(<calcPr\b[^>]*/>)", lambda match: match[1] + caches, xml, count=1)


def _rel(key: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'


def _rels(*each: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Relationships xmlns="{PACKAGE}">{"".join(each)}</Relationships>'.encode()


def _content_types() -> bytes:
    kinds = {
        "/xl/worksheets/sheet900.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
        "/xl/pivotCache/pivotCacheDefinition90.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml",
        "/xl/pivotTables/pivotTable90.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml",
        "/xl/drawings/drawing900.xml": "application/vnd.openxmlformats-officedocument.drawing+xml",
        "/xl/threadedComments/threadedComment90.xml": "application/vnd.ms-excel.threadedcomments+xml",
        "/xl/comments90.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
        "/xl/persons/person.xml": "application/vnd.ms-excel.person+xml",
        "/xl/slicers/slicer90.xml": "application/vnd.ms-excel.slicer+xml",
        "/xl/slicerCaches/slicerCache90.xml": "application/vnd.ms-excel.slicerCache+xml",
    }
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in kinds.items())
    return (
        '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
        '<Default Extension="gif" ContentType="image/gif"/>' + overrides
    ).encode()


def _parts(counted: str) -> dict[str, bytes]:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    parts = {
        "xl/worksheets/sheet900.xml": _sheet(counted),
        "xl/drawings/drawing900.xml": _drawing(),
        "xl/comments90.xml": f'<comments xmlns="{MAIN}"><authors><author>tc={{A}}</author></authors><commentList><comment ref="D4" authorId="0"><text>'
        "<t>[Threaded comment] ask</t></text></comment></commentList></comments>",
        "xl/threadedComments/threadedComment90.xml": f'<ThreadedComments xmlns="{MS}/spreadsheetml/2018/threadedcomments"><threadedComment ref="D4" dT="2026-11-21T10:00:00.00" '
        'personId="{B2A5A4A1-0000-4000-8000-000000000001}" id="{B2A5A4A1-0000-4000-8000-000000000002}"><text>ask</text></threadedComment></ThreadedComments>',
        "xl/persons/person.xml": f'<personList xmlns="{MS}/spreadsheetml/2018/threadedcomments"><person displayName="Li Wei" '
        'id="{B2A5A4A1-0000-4000-8000-000000000001}" userId="li" providerId="None"/></personList>',
        "xl/pivotCache/pivotCacheDefinition90.xml": f'<pivotCacheDefinition xmlns="{MAIN}" refreshOnLoad="1" refreshedBy="me" createdVersion="6" refreshedVersion="6" recordCount="0">'
        f'<cacheSource type="worksheet"><worksheetSource ref="A10:B12" sheet="{SHEET}"/></cacheSource><cacheFields count="2"><cacheField name="Kind" '
        'numFmtId="0"><sharedItems/></cacheField><cacheField name="Sum" numFmtId="0"><sharedItems/></cacheField></cacheFields></pivotCacheDefinition>',
        "xl/pivotTables/pivotTable90.xml": f'<pivotTableDefinition xmlns="{MAIN}" name="Pivot90" cacheId="90" dataCaption="Values"><location ref="F10:G12" firstHeaderRow="1" '
        'firstDataRow="1" firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" showAll="0"/><pivotField dataField="1" showAll="0"/>'
        '</pivotFields><rowFields count="1"><field x="0"/></rowFields><dataFields count="1"><dataField name="Sum of Sum" fld="1"/></dataFields>'
        "</pivotTableDefinition>",
        "xl/slicers/slicer90.xml": f'<slicers xmlns="{MS}/spreadsheetml/2009/9/main"><slicer name="Kind" cache="Slicer_Kind" rowHeight="241300"/></slicers>',
        "xl/slicerCaches/slicerCache90.xml": f'<slicerCacheDefinition xmlns="{MS}/spreadsheetml/2009/9/main" name="Slicer_Kind" sourceName="Kind"/>',
        "customXml/item90.xml": '<b:mine xmlns:b="urn:mine">kept</b:mine>',
    }
    binary = {"xl/printerSettings/printerSettings90.bin": bytes(range(256)), "xl/media/image90.png": _png()}
    rels = {
        "xl/worksheets/_rels/sheet900.xml.rels": _rels(
            _rel("rId1", f"{RELS}/drawing", "../drawings/drawing900.xml"),
            _rel("rId2", f"{RELS}/comments", "../comments90.xml"),
            _rel("rId3", f"{MS}/2017/10/relationships/threadedComment", "../threadedComments/threadedComment90.xml"),
            _rel("rId4", f"{RELS}/pivotTable", "../pivotTables/pivotTable90.xml"),
            _rel("rId5", f"{MS}/2007/relationships/slicer", "../slicers/slicer90.xml"),
            _rel("rId6", f"{RELS}/printerSettings", "../printerSettings/printerSettings90.bin"),
        ),
        "xl/pivotTables/_rels/pivotTable90.xml.rels": _rels(
            _rel("rId1", f"{RELS}/pivotCacheDefinition", "../pivotCache/pivotCacheDefinition90.xml")
        ),
        "xl/drawings/_rels/drawing900.xml.rels": _rels(_rel("rId1", f"{RELS}/image", "../media/image90.png")),
    }
    return (
        {name: xml if isinstance(xml, bytes) else (head + xml).encode() for name, xml in parts.items()} | binary | rels
    )


def _sheet(counted: str) -> bytes:
    formula = f"COUNTIF({counted})".replace("&", "&amp;").replace("<", "&lt;")
    return f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="{MAIN}" xmlns:r="{RELS}"><dimension ref="A1:D12"/><sheetViews><sheetView workbookViewId="0"/></sheetViews><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>flags</t></is></c><c r="B1"><f>{formula}</f><v>-1</v></c><c r="C1"><f>B1*2</f><v>-2</v></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>mine alone</t></is></c><c r="B2"><f>SUM(B11:B12)</f><v>3</v></c></row>
<row r="10"><c r="A10" t="inlineStr"><is><t>Kind</t></is></c><c r="B10" t="inlineStr"><is><t>Sum</t></is></c></row>
<row r="11"><c r="A11" t="inlineStr"><is><t>a</t></is></c><c r="B11"><v>1</v></c></row>
<row r="12"><c r="A12" t="inlineStr"><is><t>b</t></is></c><c r="B12"><v>2</v></c></row></sheetData><pageMargins left="0.7" right="0.7" top="0.75"
 bottom="0.75" header="0.3" footer="0.3"/><pageSetup orientation="portrait" r:id="rId6"/><drawing r:id="rId1"/><extLst><ext
 uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}" xmlns:x14="{MS}/spreadsheetml/2009/9/main"><x14:sparklineGroups
 xmlns:xm="{MS}/excel/2006/main"><x14:sparklineGroup><x14:sparklines><x14:sparkline><xm:f>'{SHEET}'!B11:B12</xm:f><xm:sqref>D2</xm:sqref></x14:sparkline>
</x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext><ext uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}"
 xmlns:x14="{MS}/spreadsheetml/2009/9/main"><x14:slicerList><x14:slicer r:id="rId5"/></x14:slicerList></ext></extLst></worksheet>""".encode()


def _drawing() -> str:
    a, xdr = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    )
    anchor = (
        "<xdr:from><xdr:col>{0}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>3</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>{1}"
        "</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>6</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
    )
    shape = '<xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="9" cy="9"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
    return (
        f'<xdr:wsDr xmlns:xdr="{xdr}" xmlns:a="{a}"><xdr:twoCellAnchor>{anchor.format(5, 7)}<xdr:sp><xdr:nvSpPr><xdr:cNvPr id="2" name="Text 1"/>'
        f'<xdr:cNvSpPr txBox="1"/></xdr:nvSpPr>{shape}<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>my words</a:t></a:r></a:p></xdr:txBody></xdr:sp>'
        f'<xdr:clientData/></xdr:twoCellAnchor><xdr:twoCellAnchor>{anchor.format(8, 9)}<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="3" name="Picture 1"/>'
        f'<xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip xmlns:r="{RELS}" r:embed="rId1"/></xdr:blipFill>{shape}</xdr:pic><xdr:clientData/>'
        "</xdr:twoCellAnchor></xdr:wsDr>"
    )


def _png() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0"))
        + chunk(b"IEND", b"")
    )
